// A flow as `check --flow` and the API show it. Absent knowledge is null, never a made-up value; no secret is known
// here.
#pragma once

#include "agent/judge/flow.hpp"
#include "agent/show/endpoint_json.hpp"

namespace mxfleet {

Json flow_json(const FlowStatus& status, Transcripts transcripts);

}  // namespace mxfleet
