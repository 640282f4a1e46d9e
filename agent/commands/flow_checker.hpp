// One message of each of some flows, sent now and waited for, for a person. Writes nothing, and waits for no
// greylisting.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/judge/flow.hpp"
#include "config/settings.hpp"
#include "probes/io/tls_client.hpp"

namespace mxfleet {

struct FlowCheckTerms {
    Settings settings;
    TrustStore trust;
    std::vector<FlowSettings> flows;
};

/// One status a flow, in the order of `terms.flows`. Takes as long as the messages do, and a moment more than `late` at
/// most.
std::vector<FlowStatus> check_flows(const FlowCheckTerms& terms);

}  // namespace mxfleet
