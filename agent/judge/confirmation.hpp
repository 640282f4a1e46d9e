// Raw and confirmed (CHECKS §0): one failed session is an event, several in a row are a state. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "probes/model/endpoint.hpp"

namespace mxfleet {

/// What is held of an endpoint over several sessions.
enum class Confirmed : std::uint8_t { nothing_yet, up, down, unknown };

struct Confirmation {
    Confirmed confirmed = Confirmed::nothing_yet;
    std::uint32_t failures = 0;     ///< in a row, without success or unknown between
    std::uint32_t unknowns = 0;     ///< likewise
    std::uint32_t not_success = 0;  ///< sessions since the last success

    bool operator==(const Confirmation&) const = default;
};

/// Good at once; down after that many failures in a row; unknown after as many unknowns, or when what was up has not
/// succeeded for as many sessions of either kind. A skipped session (no result) changes nothing. `to_confirm` ≥ 1.
Confirmation confirm(Confirmation held, std::optional<ProbeResult> result, std::uint32_t to_confirm);

/// Whether a bad state still waits for its confirmation, so that the endpoint is to be looked at again soon.
bool awaits_confirmation(const Confirmation& held, std::uint32_t to_confirm);

}  // namespace mxfleet
