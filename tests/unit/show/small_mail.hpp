// What the small fleet has besides exchanges: a service and a flow.
#pragma once

#include <memory>

#include "agent/fleet/flow_cell.hpp"
#include "agent/fleet/service_cell.hpp"

namespace mxfleet {

/// Submission at two addresses: one refuses the login, the other is down.
std::shared_ptr<ServiceCell> small_service(std::shared_ptr<const ChainFacts> chain);

/// Mail to two endpoints: of one it came to the junk folder by two hops, the other's is lost.
std::shared_ptr<FlowCell> small_flow();

}  // namespace mxfleet
