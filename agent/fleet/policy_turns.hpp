// When an endpoint is asked about its policy, and on whose behalf (CHECKS §8): once a day for each domain behind it, at
// one address of the exchange a day, in turn; again soon where it put us off as greylisting does. It rides on sessions
// that are held anyway. For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "agent/fleet/schedule.hpp"
#include "probes/model/time.hpp"
#include "probes/policy/dialogue.hpp"

namespace mxfleet {

/// Who wants something of an endpoint besides the ordinary session.
struct AskedDomains {
    std::vector<SharedText> relay;   ///< configured domains behind the exchange that want the relay check
    std::vector<SharedText> policy;  ///< those that want the policy probes
    std::uint32_t sibling = 0;       ///< which of the exchange's addresses it is
    std::uint32_t siblings = 1;      ///< how many there are
};

class PolicyTurns {
public:
    /// By then greylisting lets us in; and once more, and not for ever.
    static constexpr Duration first_retry = std::chrono::minutes{5};
    static constexpr Duration later_retry = std::chrono::minutes{15};
    static constexpr unsigned retries = 6;
    /// An exchange of a thousand domains is not asked about all of them in a day.
    static constexpr Duration least_gap = std::chrono::hours{1};

    void set_interval(Duration interval) { interval_ = interval; }

    /// The domain that a session which begins now is to ask for; none: it is nobody's turn.
    std::optional<SharedText> turn(TargetId target, const AskedDomains& asked, SteadyTime now, WallTime wall) const;

    /// What such a session heard.
    void asked(TargetId target, const AskedDomains& asked, const PolicyFacts& heard, SteadyTime now);

    void forget(TargetId target) { turns_.erase(target); }

private:
    /// A fleet holds one for each endpoint.
    struct Turn {
        SteadyTime due{};
        SharedText again;        ///< who is to be asked for once more; empty: nobody
        std::uint32_t next = 0;  ///< whose turn it is
        std::uint8_t retries = 0;
    };

    Duration gap(std::size_t domains) const;

    Duration interval_{};
    std::unordered_map<TargetId, Turn> turns_;  ///< of those that were asked at all
};

}  // namespace mxfleet
