// A service for a person at a terminal: its addresses with times, what TLS and the login came to, findings with advice.
#pragma once

#include <string>

#include "agent/judge/service.hpp"
#include "agent/show/terminal.hpp"

namespace mxfleet {

std::string service_text(const ServiceStatus& status, const TerminalStyle& style);

}  // namespace mxfleet
