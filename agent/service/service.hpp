// The agent as a long-running program: configuration, fleet, HTTP, signals, and the service manager, from start to
// stop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace mxfleet {

/// What the command line says, which goes before the file, also after a reload.
struct ServiceOptions {
    std::string config_file;
    std::vector<SocketAddress> listen;
    std::string web_config_file;
    std::optional<LogLevel> log_level;
    std::optional<LogFormat> log_format;
};

/// Runs until SIGTERM or SIGINT. Gives the exit code: 0, or 1 when it could not start, which it has said on standard
/// error.
int run_service(const ServiceOptions& options);

}  // namespace mxfleet
