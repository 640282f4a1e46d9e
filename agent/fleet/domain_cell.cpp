#include "agent/fleet/domain_cell.hpp"

namespace mxfleet {

DomainStatus first_status(SharedText domain, std::shared_ptr<const DomainPolicy> policy, DomainPart part) {
    DomainStatus status;
    status.domain = std::move(domain);
    status.policy = std::move(policy);
    status.part = part;
    return status;
}

std::vector<Finding> further_findings(const DomainStatus& status, WallTime now) {
    std::vector<Finding> findings;
    for (auto& found :
         {judge_changes(status.past_of_mx().history.get(), now), judge_comparison(status.past_of_mx().compared)}) {
        if (found) findings.push_back(*found);
    }
    return findings;
}

std::vector<SiblingGroup> sibling_groups(const std::vector<std::shared_ptr<EndpointCell>>& endpoints) {
    std::vector<SiblingGroup> groups;
    for (std::size_t first = 0; first < endpoints.size();) {
        std::size_t next = first + 1;
        while (next < endpoints.size() && endpoints[next]->key.mx == endpoints[first]->key.mx)
            ++next;
        if (next - first > 1)
            groups.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(next - first)});
        first = next;
    }
    return groups;
}

std::vector<std::shared_ptr<const EndpointStatus>> read_endpoints(const DomainStatus& domain) {
    std::vector<std::shared_ptr<const EndpointStatus>> statuses;
    statuses.reserve(domain.links.size());
    for (const DomainLink& link : domain.links)
        statuses.push_back(link.endpoint->status.read());
    return statuses;
}

}  // namespace mxfleet
