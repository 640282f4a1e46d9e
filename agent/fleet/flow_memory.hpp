// How a flow's messages are kept in the state directory, and had back.
#pragma once

#include <optional>
#include <string>

#include "agent/state/stored_flow.hpp"
#include "probes/flow/flow_message.hpp"

namespace mxfleet {

StoredFlowMessage stored(const std::string& flow, const FlowMessage& message);

/// Nothing, where what is kept is no message.
std::optional<FlowMessage> restored(const StoredFlowMessage& kept);

}  // namespace mxfleet
