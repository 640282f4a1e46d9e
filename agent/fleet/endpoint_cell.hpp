// The place where an endpoint's status stands: written by the thread that probes it, read by everybody.
#pragma once

#include <cstdint>
#include <memory>

#include "agent/fleet/published.hpp"
#include "agent/fleet/schedule.hpp"
#include "agent/judge/endpoint.hpp"

namespace mxfleet {

struct EndpointCell {
    explicit EndpointCell(EndpointStatus first)
        : key(first.key), status(std::make_shared<const EndpointStatus>(std::move(first))) {}

    // Small members stand in the room behind larger ones.
    [[no_unique_address]] const EndpointKey key;
    std::uint32_t told_reputation = 0;  ///< which version of it the status has; of the coordinating thread alone
    [[no_unique_address]] Published<EndpointStatus> status;  ///< never null
    MaybeTarget target;  ///< in the schedule of the lane that probes it, and of that lane's thread alone
};
static_assert(sizeof(EndpointCell) <= 64, "with its count of holders it fits a block of 80 bytes");

}  // namespace mxfleet
