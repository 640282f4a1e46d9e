// The place where a flow's status stands: written by the coordinating thread, read by everybody.
#pragma once

#include <memory>
#include <vector>

#include "agent/fleet/published.hpp"
#include "agent/judge/flow.hpp"

namespace mxfleet {

struct FlowCell {
    explicit FlowCell(FlowStatus first)
        : name(first.name), status(std::make_shared<const FlowStatus>(std::move(first))) {}

    const SharedText name;
    Published<FlowStatus> status;  ///< never null
};

using FlowCells = std::vector<std::shared_ptr<FlowCell>>;

}  // namespace mxfleet
