// The place where an endpoint's status stands: written by the thread that probes it, read by everybody.
#pragma once

#include <memory>
#include <optional>

#include "agent/fleet/published.hpp"
#include "agent/fleet/schedule.hpp"
#include "agent/judge/endpoint.hpp"

namespace mxfleet {

struct EndpointCell {
    explicit EndpointCell(EndpointStatus first)
        : key(first.key), status(std::make_shared<const EndpointStatus>(std::move(first))) {}

    const EndpointKey key;
    Published<EndpointStatus> status;   ///< never null
    std::optional<TargetId> target;     ///< in the schedule of the lane that probes it, and of that lane's thread alone
    std::uint32_t told_reputation = 0;  ///< which version of it the status has; of the coordinating thread alone
};

}  // namespace mxfleet
