#include "agent/fleet/domain_cell.hpp"

namespace mxfleet {

std::vector<std::shared_ptr<const EndpointStatus>> read_endpoints(const DomainStatus& domain) {
    std::vector<std::shared_ptr<const EndpointStatus>> statuses;
    statuses.reserve(domain.links.size());
    for (const DomainLink& link : domain.links)
        statuses.push_back(link.endpoint->status.read());
    return statuses;
}

}  // namespace mxfleet
