// Whether an endpoint answers differently from one session to the next (CHECKS §11): a few bits of memory. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "probes/model/finding.hpp"
#include "probes/smtp/facts.hpp"

namespace mxfleet {

/// The last eight answers to one yes-or-no question.
class RecentAnswers {
public:
    void note(bool yes);
    std::size_t count() const { return count_; }
    std::size_t times_yes() const;

    /// Now so, now otherwise: three turns and more. Fewer are an outage, or a change of configuration.
    bool flap() const;

    bool operator==(const RecentAnswers&) const = default;

private:
    std::uint8_t bits_ = 0;  ///< the last one lowest
    std::uint8_t count_ = 0;
};

struct Flapping {
    RecentAnswers up;
    RecentAnswers starttls;  ///< offered, in sessions that were up
};

/// After one session more, which counts as up, as down, or as neither.
Flapping after_session(Flapping held, const SessionFacts& session, std::optional<bool> is_up);

std::optional<Statement> judge_flapping(const Flapping& flapping);

}  // namespace mxfleet
