// What a flow's messages amount to (CHECKS §11): what was lost, is late, lies in the junk folder, came twice, or is not
// taken. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probes/flow/ledger.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// Of a flow by each endpoint, what is said has its place.
struct FlowStatement {
    Statement statement;
    std::optional<EndpointKey> endpoint;
    WallTime since;
};

std::vector<FlowStatement> judge_flow(std::string_view flow, const FlowTerms& terms,
                                      const std::vector<FlowMessage>& messages);

}  // namespace mxfleet
