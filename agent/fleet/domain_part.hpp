// What one of several agents that share a fleet has to say of a domain (METRICS "Cardinality"). Pure.
#pragma once

#include <string_view>

#include "config/settings.hpp"
#include "probes/dns/facts.hpp"

namespace mxfleet {

/// Whether a name, of an exchange or of a domain, is this agent's.
bool owns(const ShardSettings& shard, std::string_view name);

/// Every agent looks up every domain, or it would not know its exchanges; each thing is said by one of them.
struct DomainPart {
    bool dns = true;            ///< what DNS and policies say: the domain's name is ours
    bool all_endpoints = true;  ///< what needs all endpoints: every exchange is ours

    bool operator==(const DomainPart&) const = default;
};

/// `mx`: the facts that the domain's endpoints come from; null before the first lookup. Where there is no exchange,
/// what needs all endpoints goes with the name: somebody has to say that nothing can be delivered.
DomainPart domain_part(std::string_view domain, const MxFacts* mx, const ShardSettings& shard);

}  // namespace mxfleet
