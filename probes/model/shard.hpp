// Which of several equal parts a name belongs to. Part of the interface between agents that share a fleet: every build
// on every machine must give the same answer, so that no name has two owners or none.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxfleet {

/// What is divided. Each division has a seed of its own: divided twice by the same one, the names of a part would all
/// fall into the same part again.
enum class Division : std::uint64_t {
    agents = 0,  ///< a fleet over agents: schedule.shard
    pages = 1,   ///< what one agent exports over its pages: /metrics?shard=
};

/// The part, from 0 to `count` - 1, of a name as it is published: lower case, no trailing dot. From `count` to
/// `count` + 1 parts only one name in `count` + 1 moves, and each that does moves to the new part. `count` is at
/// least 1.
std::uint32_t shard_of(std::string_view name, std::uint32_t count, Division division = Division::agents);

/// The hash under it: FNV-1a with a finaliser, 64 bits.
std::uint64_t stable_hash(std::string_view name, std::uint64_t seed = 0);

/// Jump consistent hash: the part of a key that is evenly distributed.
std::uint32_t jump_hash(std::uint64_t key, std::uint32_t count);

}  // namespace mxfleet
