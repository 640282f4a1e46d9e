// The place where an endpoint's status stands: written by the thread that probes it, read by everybody.
#pragma once

#include <memory>

#include "agent/fleet/published.hpp"
#include "agent/judge/endpoint.hpp"

namespace mxfleet {

struct EndpointCell {
    explicit EndpointCell(EndpointStatus first)
        : key(first.key), status(std::make_shared<const EndpointStatus>(std::move(first))) {}

    const EndpointKey key;
    Published<EndpointStatus> status;  ///< never null
};

}  // namespace mxfleet
