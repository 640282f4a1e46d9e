// A service as `check --service` and the API show it. Absent knowledge is null, never a made-up value; no secret is
// known here.
#pragma once

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/endpoint_json.hpp"

namespace mxfleet {

Json service_json(const ServiceStatus& status, Transcripts transcripts);

/// What the agent says of its own place, and of all its services and flows.
std::vector<Finding> findings_of_agent(const Fleet& fleet);

}  // namespace mxfleet
