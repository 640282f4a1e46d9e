// MTA-STS and TLSRPT in the report of a domain (INTERFACE §4), and in a line for the terminal.
#pragma once

#include <string>

#include "agent/judge/tls_policies.hpp"
#include "agent/show/endpoint_json.hpp"

namespace mxfleet {

/// `policies` may be null: nothing is known.
Json mta_sts_json(const TlsPolicies* policies);
Json tlsrpt_json(const TlsPolicies* policies);

/// "MTA-STS valid, enforce, max_age 604800 s; TLSRPT valid".
std::string tls_policies_line(const TlsPolicies& policies);

}  // namespace mxfleet
