// From DNS facts to the endpoints there are, and to where a relay recipient's mail goes. Pure.
#pragma once

#include <vector>

#include "agent/fleet/relay_plan.hpp"
#include "agent/fleet/targets.hpp"
#include "config/settings.hpp"
#include "probes/dns/facts.hpp"

namespace mxfleet {

/// The endpoints of a domain, lowest preference first; those that must not be connected to with the reason.
std::vector<FoundEndpoint> endpoints_in(const MxFacts& facts, const DomainPolicy& policy, const SmtpSettings& smtp);

/// Each lookup brings names and records anew; what endpoints hold already is kept once.
void share_with_endpoints(MxFacts& facts, const DomainTarget& domain);

/// Whether the facts tell where mail goes at all.
bool tells_route(const MxFacts& facts);

RecipientRoute route_of(const MxFacts& facts);

}  // namespace mxfleet
