// Ours or theirs (CHECKS §0): when nothing can be reached, the fault is our own until something proves otherwise. Pure.
#pragma once

#include <optional>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// Whether an endpoint's last session got through to a server at all, whatever became of it then. Empty where it proves
/// nothing: there was none, it was skipped for want of IPv6, or it failed through our own fault.
std::optional<bool> reached_anybody(const EndpointStatus& endpoint);

/// The one finding of a check that reached none of these endpoints, for lack of a way out. Empty where one was reached,
/// or answered with a refusal; or where a configured target proves the way out.
std::optional<Finding> judge_egress(const std::vector<const EndpointStatus*>& endpoints, bool target_answered);

/// The one finding where no resolver can be asked.
std::optional<Finding> judge_resolvers(const std::vector<const MxFacts*>& lookups);

}  // namespace mxfleet
