// The domain families of METRICS, one row each. Exposition and documentation derive from this table.
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

/// What puts a domain's series into a shard of the page: its own name, or that of the exchange they are about, so that
/// they stand beside the endpoint's.
enum class DividedBy : std::uint8_t { domain, exchange };

struct DomainMetric {
    std::string_view name;
    MetricType type;
    std::string_view help;
    void (*write)(const DomainStatus&, TargetSamples&);
    Detail detail = Detail::full;
    DividedBy divided_by = DividedBy::domain;
};

std::span<const DomainMetric> domain_metrics();

}  // namespace mxfleet
