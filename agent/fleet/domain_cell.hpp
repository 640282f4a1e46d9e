// The place where a domain's status stands, and the whole fleet as readers see it. Written by the coordinating thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/dnsbl_table.hpp"
#include "agent/fleet/domain_part.hpp"
#include "agent/fleet/endpoint_cell.hpp"
#include "agent/fleet/flow_cell.hpp"
#include "agent/fleet/service_cell.hpp"
#include "agent/judge/domain.hpp"
#include "agent/judge/mx_history.hpp"
#include "agent/judge/tls_policies.hpp"
#include "agent/judge/vantage.hpp"

namespace mxfleet {

/// An endpoint as one of a domain's, which may share it with others.
struct DomainLink {
    std::uint16_t preference = 0;
    std::shared_ptr<EndpointCell> endpoint;
};

/// Everything that is shown of a domain. Immutable once published.
struct DomainStatus {
    SharedText domain;
    std::shared_ptr<const DomainPolicy> policy;
    std::shared_ptr<const MxFacts> mx;                ///< the last lookup; null before the first
    SharedTlsPolicies tls_policies;                   ///< MTA-STS and TLSRPT; null while nothing is known
    SharedMxPast past;                                ///< null while there is nothing of it
    std::vector<DomainLink> links;                    ///< ours of the last good lookup; lowest preference first
    MaybeTime checked_at;                             ///< when it was last looked up
    [[no_unique_address]] DomainJudgement judgement;  ///< the next stand in the room behind it
    DomainPart part;                                  ///< what this agent says of it
    std::uint16_t best_preference = 0;                ///< of all its endpoints, other agents' among them

    const MxPast& past_of_mx() const { return past_of(past); }
};
static_assert(sizeof(DomainStatus) <= 144, "with its count of holders it fits a block of 160 bytes");

/// What is found of a domain by looking at it more than once.
std::vector<Finding> further_findings(const DomainStatus& status, WallTime now);

/// Of a domain that was not looked up yet.
DomainStatus first_status(SharedText domain, std::shared_ptr<const DomainPolicy> policy, DomainPart part);

struct DomainCell {
    explicit DomainCell(DomainStatus first)
        : name(first.domain), status(std::make_shared<const DomainStatus>(std::move(first))) {}

    const SharedText name;
    Published<DomainStatus> status;  ///< never null
};

/// Endpoints of one exchange, as positions in the fleet's list.
struct SiblingGroup {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// Exchanges with more than one endpoint. `endpoints` are sorted by exchange.
std::vector<SiblingGroup> sibling_groups(const std::vector<std::shared_ptr<EndpointCell>>& endpoints);

/// Who is watched, and what our own place of watching suffers from. Replaced whole when the set changes.
struct Fleet {
    ShardSettings shard;                                   ///< which part of it this is
    std::vector<std::shared_ptr<DomainCell>> domains;      ///< by name
    std::vector<std::shared_ptr<EndpointCell>> endpoints;  ///< by exchange, address and port
    std::vector<SiblingGroup> siblings;
    ServiceCells services;                    ///< by name
    FlowCells flows;                          ///< likewise
    std::shared_ptr<const DnsblTable> dnsbl;  ///< null without block lists
    std::vector<Finding> agent_findings;
    std::vector<VantageResult> vantage;  ///< the checks of our own place that there are
};

/// The statuses of a domain's endpoints as they are now, in the order of the links.
std::vector<std::shared_ptr<const EndpointStatus>> read_endpoints(const DomainStatus& domain);

}  // namespace mxfleet
