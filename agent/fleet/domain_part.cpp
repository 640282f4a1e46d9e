#include "agent/fleet/domain_part.hpp"

#include <algorithm>

#include "probes/model/shard.hpp"

namespace mxfleet {

bool owns(const ShardSettings& shard, std::string_view name) {
    return shard_of(name, shard.count) == shard.index;
}

DomainPart domain_part(std::string_view domain, const MxFacts* mx, const ShardSettings& shard) {
    const bool dns = owns(shard, domain);
    if (mx == nullptr || mx->exchanges.empty()) return {dns, dns};
    return {dns, std::ranges::all_of(mx->exchanges, [&](const MxExchange& each) { return owns(shard, each.name); })};
}

}  // namespace mxfleet
