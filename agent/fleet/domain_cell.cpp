#include "agent/fleet/domain_cell.hpp"

namespace mxfleet {

DomainStatus first_status(SharedText domain, std::shared_ptr<const DomainPolicy> policy, DomainPart part) {
    DomainStatus status;
    status.domain = std::move(domain);
    status.policy = std::move(policy);
    status.part = part;
    return status;
}

std::vector<std::shared_ptr<const EndpointStatus>> read_endpoints(const DomainStatus& domain) {
    std::vector<std::shared_ptr<const EndpointStatus>> statuses;
    statuses.reserve(domain.links.size());
    for (const DomainLink& link : domain.links)
        statuses.push_back(link.endpoint->status.read());
    return statuses;
}

}  // namespace mxfleet
