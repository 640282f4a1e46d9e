// The page that Prometheus scrapes: the agent's own metrics, then every family of the fleet, written piece by piece
// from what was published when the page was begun.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/agent_metrics.hpp"
#include "agent/show/domain_metrics.hpp"

namespace mxfleet {

class MetricsPage {
public:
    MetricsPage(const AgentMetrics& agent, std::shared_ptr<const Fleet> fleet, ExpositionFormat format);

    /// Appends the next piece of some 32 KiB, and says whether there is more.
    bool next(std::string& piece);

private:
    void write_agent_findings();
    void write_domain(std::size_t target);
    void write_endpoint(std::size_t target);
    void advance(std::size_t targets);

    std::shared_ptr<const Fleet> fleet_;
    Exposition page_;
    std::size_t family_ = 0;  ///< of the domains, then of the endpoints
    std::size_t target_ = 0;
    bool ended_ = false;
};

}  // namespace mxfleet
