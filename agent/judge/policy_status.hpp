// What is held of a server's policy towards the mail of the domains behind it, over many runs (CHECKS §8). Pure.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "probes/model/endpoint.hpp"
#include "probes/model/finding.hpp"
#include "probes/policy/facts.hpp"

namespace mxfleet {

/// On behalf of one domain.
struct PolicyStatus {
    PolicyFacts facts;        ///< each question's last answer
    MaybeTime checked_at;     ///< of the last run
    MaybeTime put_off_at;     ///< since when the control is put off with 450 or 451
    MaybeTime greylisted_at;  ///< when one that was put off was last let in

    /// Whether the server greylists. Empty: it puts us off, and has not let us in so far.
    std::optional<bool> greylisting() const;
};

/// Of all domains that were asked for, by name. Few endpoints have several, many have none at all.
using PolicyStatuses = std::vector<PolicyStatus>;
using SharedPolicyStatuses = std::shared_ptr<const PolicyStatuses>;

/// After one more run. `held` may be null. Domains that are not among `asked` any more go.
SharedPolicyStatuses after_run(const PolicyStatuses* held, const PolicyFacts& run, const std::vector<SharedText>& asked,
                               WallTime now);

/// The status on behalf of a domain; null if it was never asked for.
const PolicyStatus* policy_of(const PolicyStatuses* held, std::string_view domain);

/// Whether both say the same to whoever judges domains. A run that heard what was known already says nothing new.
bool say_the_same(const PolicyStatuses* a, const PolicyStatuses* b);

/// Whether any domain saw it greylist; empty: nobody can tell.
std::optional<bool> greylisting(const PolicyStatuses* held);

/// What a domain's runs at an endpoint make its operator read.
std::vector<Finding> judge_policy(const EndpointKey& endpoint, const PolicyStatuses* held, std::string_view domain);

}  // namespace mxfleet
