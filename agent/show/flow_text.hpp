// A flow for a person at a terminal: what became of its messages, the way they took, findings with advice.
#pragma once

#include <string>

#include "agent/judge/flow.hpp"
#include "agent/show/terminal.hpp"

namespace mxfleet {

std::string flow_text(const FlowStatus& status, const TerminalStyle& style);

}  // namespace mxfleet
