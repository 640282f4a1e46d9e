// Which part of the fleet's series a page has: a large fleet is scraped in shards, and rules need a few families only.
// Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxfleet {

/// One of `count` parts of all names. A name is in exactly one of them, always the same, whichever agent is asked.
struct PageShard {
    std::uint32_t index = 0;
    std::uint32_t count = 1;

    bool has(std::string_view name) const noexcept;
};

/// Whether a family is among the few that the alert and recording rules of METRICS read.
enum class Detail : std::uint8_t { core, full };

struct PagePart {
    PageShard shard;
    Detail detail = Detail::full;

    bool has(Detail family) const { return detail == Detail::full || family == Detail::core; }
};

}  // namespace mxfleet
