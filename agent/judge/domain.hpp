// What a domain's DNS facts and endpoints amount to: whether its mail can be delivered, its findings, its verdict
// (CHECKS §0). Pure.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "agent/judge/senders.hpp"
#include "agent/judge/tls_policies.hpp"
#include "config/settings.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

struct DomainJudgement {
    std::vector<Finding> findings;    ///< of the domain and its exchanges; its endpoints hold their own
    std::optional<bool> deliverable;  ///< for plain senders; empty: unknown, or takes no mail
    std::array<std::optional<bool>, all_senders.size()> senders{};  ///< the same for each class, that one among them
    Verdict verdict = Verdict::unknown;

    std::optional<bool> takes_from(Sender sender) const { return senders[static_cast<std::size_t>(sender)]; }

    bool operator==(const DomainJudgement&) const;
};

/// `endpoints` are those of the last good set, in any order. `before` lends its findings the time they were first made.
/// Where they are not `all_endpoints`, because other agents probe the rest, only what is certain all the same is said:
/// that mail can be delivered, and that something is critical. `tls_policies` may be null: nothing is known of them.
/// `further` are findings about it that were made elsewhere.
DomainJudgement judge_domain(const MxFacts& mx, const std::vector<const EndpointStatus*>& endpoints,
                             const DomainPolicy& policy, const DomainJudgement& before, MaybeTime now,
                             bool all_endpoints = true, const TlsPolicies* tls_policies = nullptr,
                             std::vector<Finding> further = {});

/// What a finding about a domain rests on, and with it who of several agents that share the fleet says it: DNS and
/// policies, endpoints that one agent has, or all of the domain's.
enum class RestsOn : std::uint8_t { dns, an_endpoint, all_endpoints };
RestsOn rests_on(const Finding& finding);

/// Whether the configuration says not to raise it for the domain.
bool is_ignored(FindingCode code, const DomainPolicy& policy);

/// The endpoint's findings as findings of a domain that ignores some; those that are about the domain, where its DNS
/// facts are known.
std::vector<Finding> findings_of(const EndpointStatus& endpoint, const DomainPolicy& policy,
                                 const MxFacts* mx = nullptr);

/// While our own vantage fails nothing is known, and what was found stays; but that a lookup failed is then our own
/// doing, too.
DomainJudgement held_back(DomainJudgement before, bool lookup_failed);

}  // namespace mxfleet
