#include "agent/show/page_part.hpp"

#include "probes/model/shard.hpp"

namespace mxfleet {

bool PageShard::has(std::string_view name) const noexcept {
    return count == 1 || shard_of(name, count, Division::pages) == index;
}

}  // namespace mxfleet
