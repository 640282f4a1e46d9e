#include "agent/fleet/policy_turns.hpp"

#include <algorithm>

#include "probes/policy/findings.hpp"

namespace mxfleet {

std::optional<SharedText> PolicyTurns::turn(TargetId target, const AskedDomains& asked, SteadyTime now,
                                            WallTime wall) const {
    if (asked.policy.empty()) return std::nullopt;
    const auto known = turns_.find(target);
    const Turn turn = known == turns_.end() ? Turn{} : known->second;
    if (now < turn.due) return std::nullopt;
    const bool is_wanted_again = std::ranges::find(asked.policy, turn.again) != asked.policy.end();
    if (is_wanted_again) return turn.again;
    const auto day = wall.time_since_epoch() / interval_;
    if (day % asked.siblings != asked.sibling) return std::nullopt;
    return asked.policy[turn.next % asked.policy.size()];
}

void PolicyTurns::asked(TargetId target, const AskedDomains& asked, const PolicyFacts& heard, SteadyTime now) {
    Turn& turn = turns_[target];
    const bool was_heard = heard[PolicyProbe::postmaster].code != 0;
    const bool tries_again = (is_put_off(heard) || !was_heard) && turn.retries < retries;
    if (tries_again) {
        const Duration wait = turn.retries == 0 ? first_retry : later_retry;
        ++turn.retries;
        turn.again = heard.domain;
        turn.due = now + std::min(wait, interval_);
        return;
    }
    turn.retries = 0;
    turn.again = {};
    ++turn.next;
    turn.due = now + gap(asked.policy.size());
}

Duration PolicyTurns::gap(std::size_t domains) const {
    if (domains <= 1) return interval_;
    return std::max(interval_ / static_cast<Duration::rep>(domains), std::min(interval_, least_gap));
}

}  // namespace mxfleet
