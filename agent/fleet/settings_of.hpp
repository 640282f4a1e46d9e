// What the configuration means for lanes and for sessions.
#pragma once

#include <memory>

#include "agent/fleet/lane.hpp"
#include "config/settings.hpp"

namespace mxfleet {

/// The settings of one of `lanes` lanes: its part of the limits, and everything else as configured.
LaneSettings lane_settings(const Settings& settings, const TrustStore& trust, std::size_t lanes);

}  // namespace mxfleet
