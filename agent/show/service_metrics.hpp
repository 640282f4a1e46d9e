// The families of the services. They are few: written at once, with the agent's own series.
#pragma once

#include "agent/fleet/service_cell.hpp"
#include "agent/show/page_part.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

void write_service_metrics(const ServiceCells& services, const PagePart& part, Exposition& page);

}  // namespace mxfleet
