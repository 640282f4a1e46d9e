// The domain families of METRICS: what of a status each of them shows, and which agent says it.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/endpoint_metrics.hpp"

namespace mxfleet {

/// A domain and its endpoints as they were read for one page.
struct DomainView {
    std::shared_ptr<const DomainStatus> status;
    std::vector<std::shared_ptr<const EndpointStatus>> endpoints;  ///< in the order of the links

    static DomainView read(const DomainCell& cell);
};

/// Which of several agents that share a fleet says a thing, so that one of them does (METRICS "Cardinality").
enum class SaidBy : std::uint8_t {
    owner_of_name,           ///< of the domain
    owner_of_all_exchanges,  ///< nobody, if several have some
    each_its_own,            ///< whoever owns what the sample is about
    each_where_divided,      ///< likewise, of domains whose exchanges nobody owns all of
};

/// What puts a domain's series into a shard of the page: its own name, or that of the exchange they are about, so that
/// they stand beside the endpoint's.
enum class DividedBy : std::uint8_t { domain, exchange };

struct DomainMetric {
    const MetricRow& row;
    SaidBy said_by;
    void (*write_ours)(const DomainStatus&, TargetSamples&);
    DividedBy divided_by = DividedBy::domain;

    /// What this agent has to say.
    void write(const DomainStatus& status, TargetSamples& out) const;
};

std::span<const DomainMetric> domain_metrics();

}  // namespace mxfleet
