// What a step returns when it did not get there. A session that ends with a bad certificate is a success
// with facts; a Failure only says "did not get there".
#pragma once

#include <expected>
#include <utility>

#include "probes/model/phase.hpp"
#include "probes/model/shared_text.hpp"

namespace mxfleet {

struct Failure {
    Phase phase = Phase::connect;
    Reason reason = Reason::local_fault;
    SharedText detail;  ///< the peer's or the system's own words, printable and cut; may be empty

    bool operator==(const Failure&) const = default;
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(Phase phase, Reason reason, SharedText detail = {}) {
    return std::unexpected(Failure{phase, reason, std::move(detail)});
}

}  // namespace mxfleet
