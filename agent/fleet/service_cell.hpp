// The place where a service's status stands: written by the coordinating thread, read by everybody.
#pragma once

#include <memory>
#include <vector>

#include "agent/fleet/published.hpp"
#include "agent/judge/service.hpp"

namespace mxfleet {

struct ServiceCell {
    explicit ServiceCell(ServiceStatus first)
        : name(first.name), status(std::make_shared<const ServiceStatus>(std::move(first))) {}

    const SharedText name;
    Published<ServiceStatus> status;  ///< never null
};

using ServiceCells = std::vector<std::shared_ptr<ServiceCell>>;

}  // namespace mxfleet
