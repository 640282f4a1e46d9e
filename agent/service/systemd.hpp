// What we tell the service manager (sd_notify(3)). Without one listening, nothing happens.
#pragma once

#include <optional>
#include <string>

#include "probes/model/time.hpp"

namespace mxfleet {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_alive();

/// How often the service manager wants to hear that we are alive; empty: it does not.
std::optional<Duration> watchdog_interval();

}  // namespace mxfleet
