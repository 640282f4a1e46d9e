// What a domain's published TLS policies come to beside its exchanges and endpoints: its findings (CHECKS §6).
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "agent/judge/tls_policies.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// Whether an endpoint does what MTA-STS asks for: STARTTLS, and a certificate that is good for the MX host name. Empty
/// while that is not known.
std::optional<bool> passes_mta_sts(const EndpointStatus& endpoint);

/// How many exchanges the policy in force does not allow; empty where none asks for anything, or no exchange is known.
std::optional<std::size_t> unmatched_exchanges(const TlsPolicies& policies, const MxFacts& mx);

/// Whether a policy could matter: not where nobody who knows the MX sends mail.
bool wants_policies(const MxFacts& mx);

/// `policies` may be null: nothing is known yet, and nothing is said.
std::vector<Finding> judge_tls_policies(const TlsPolicies* policies, const MxFacts& mx,
                                        const std::vector<const EndpointStatus*>& endpoints);

}  // namespace mxfleet
