// The page that Prometheus scrapes: the agent's own metrics, then every family of the fleet, written piece by piece
// from what was published when the page was begun. It never stands in memory whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/agent_metrics.hpp"
#include "agent/show/domain_metrics.hpp"
#include "agent/show/page_part.hpp"
#include "agent/show/target_labels.hpp"

namespace mxfleet {

class MetricsPage {
public:
    /// The agent's own series are in shard 0 only. A domain's are in the shard that has its name, an endpoint's, and
    /// the links to it, in the one that has its exchange's.
    MetricsPage(const AgentMetrics& agent, std::shared_ptr<const Fleet> fleet, ExpositionFormat format,
                PagePart part = {});

    /// Appends the next piece of some 32 KiB, and says whether there is more.
    bool next(std::string& piece);

private:
    /// Some of the fleet's domains, or of its endpoints.
    struct Targets {
        std::vector<std::uint32_t> numbers;  ///< positions in the fleet's list
        LabelsOfTargets labels;              ///< in the same order; empty where few of them are written
    };

    template <class Cell>
    static Targets targets_in(const std::vector<std::shared_ptr<Cell>>& cells, const PageShard& shard);
    void write_vantage();
    void write_lists();
    void write_some_siblings();
    void write_some_listings();
    template <class Family, class Cell>
    void write_some(const Family& family, const std::vector<std::shared_ptr<Cell>>& cells, const Targets& targets);
    const Targets& targets_of(const DomainMetric& family) const;

    const std::shared_ptr<const Fleet> fleet_;
    const PagePart part_;
    Targets all_domains_;  ///< for families that are divided by exchange, of which most have no link in the shard
    Targets domains_;      ///< of the shard
    Targets endpoints_;
    Exposition page_;
    std::size_t family_ = 0;  ///< of the domains, then of the endpoints
    std::size_t target_ = 0;
    bool ended_ = false;
};

}  // namespace mxfleet
