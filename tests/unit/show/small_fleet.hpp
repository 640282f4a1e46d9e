// A few domains and endpoints with everything in them that writers show, always the same.
#pragma once

#include <memory>
#include <string>

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/agent_metrics.hpp"
#include "agent/show/report_json.hpp"

namespace mxfleet {

/// When everything in the fleet was last looked at.
inline constexpr WallTime small_fleet_time =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{21};

/// example.com with an endpoint that is up and one that is down, null.example, gone.example, new.example that nobody
/// has looked at yet, and shared.example, which has the endpoints of example.com and, at other agents, more.
std::shared_ptr<const Fleet> small_fleet();

/// The agent's own metrics, after a little of everything has happened.
void fill_small(AgentMetrics& metrics);

/// The report of a domain of the small fleet.
Report report_of(const Fleet& fleet, const std::string& domain);

/// One endpoint and its domain, with `said` wherever a server's or a certificate's words are shown.
Report report_with_words(const std::string& said);

/// The whole page. What differs from machine to machine (build, process) is made the same.
std::string page_of(std::shared_ptr<const Fleet> fleet, ExpositionFormat format);

}  // namespace mxfleet
