// What Prometheus' HTTP service discovery reads: the shards of our page of metrics as targets. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "agent/fleet/domain_cell.hpp"

namespace mxfleet {

/// How many shards keep each at a size that is scraped in a second or two: a power of two, so that a fleet that grows
/// moves its series to other instances seldom.
std::uint32_t shards_for(std::size_t domains, std::size_t endpoints);

/// One target a shard, all at `address` (host and port), each an instance of its own.
nlohmann::ordered_json discovery_json(std::string_view address, std::uint32_t shards);

}  // namespace mxfleet
