// What the configuration means for targets, lanes and sessions.
#pragma once

#include <memory>
#include <string>

#include "agent/fleet/lane.hpp"
#include "agent/fleet/targets.hpp"
#include "config/settings.hpp"

namespace mxfleet {

/// The settings of one of `lanes` lanes: its part of the limits, and everything else as configured.
LaneSettings lane_settings(const Settings& settings, const TrustStore& trust, std::size_t lanes);

/// Who asks to relay. Without a name of our own its domain is empty: the address literal of the connection.
std::string relay_sender(const Settings& settings);

TargetTerms target_terms(const Settings& settings);

}  // namespace mxfleet
