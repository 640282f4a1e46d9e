// What the agent answers over HTTP (INTERFACE §5).
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/fleet/agent.hpp"
#include "agent/show/agent_metrics.hpp"
#include "agent/show/changes.hpp"
#include "agent/web/http.hpp"
#include "config/settings.hpp"

namespace mxfleet {

/// What the routes show and do. All of it may be used from any thread.
struct RouteSubjects {
    Agent& agent;
    AgentMetrics& metrics;
    const Changes& changes;
    std::function<Settings()> settings;                                     ///< in effect, a reload's included
    std::function<std::string()> config_toml;                               ///< the configuration in effect
    std::function<std::expected<void, std::vector<std::string>>()> reload;  ///< waits for the outcome; errors as text
    StateStore* state = nullptr;                                            ///< null: nothing is kept
};

/// `subjects` outlives the routes.
std::vector<Route> make_routes(const RouteSubjects& subjects);

}  // namespace mxfleet
