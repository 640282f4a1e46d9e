// The families of the flows. They are few: written at once, with the agent's own series.
#pragma once

#include "agent/fleet/flow_cell.hpp"
#include "agent/show/page_part.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

void write_flow_metrics(const FlowCells& flows, const PagePart& part, Exposition& page);

}  // namespace mxfleet
