// The samples of METRICS about MTA-STS and TLSRPT; domain_metrics.cpp has their rows.
#pragma once

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/endpoint_metrics.hpp"

namespace mxfleet::tls_policy_metrics {

void mode(const DomainStatus& status, TargetSamples& out);
void fetch_success(const DomainStatus& status, TargetSamples& out);
void max_age(const DomainStatus& status, TargetSamples& out);
void unmatched_mx(const DomainStatus& status, TargetSamples& out);
void host_not_after(const DomainStatus& status, TargetSamples& out);
void tlsrpt_valid(const DomainStatus& status, TargetSamples& out);
/// Of one policy only: the family `mxfleet_domain_endpoint_verified` has a label for it.
void endpoint_verified(const DomainStatus& status, TargetSamples& out);

}  // namespace mxfleet::tls_policy_metrics
