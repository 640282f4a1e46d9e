// What becomes of mail from each class of senders, and why: in the report of a domain (INTERFACE §4), and in a line for
// the terminal.
#pragma once

#include <string>

#include "agent/show/domain_metrics.hpp"
#include "agent/show/endpoint_json.hpp"

namespace mxfleet {

/// `senders`: a word for each class; `senders_why`: the reasons of those that cannot deliver, or may not be able to.
void put_senders(Json& report, const DomainView& view);

/// The same at one of the domain's endpoints.
void put_senders(Json& report, const DomainStatus& domain, const EndpointStatus& endpoint);

/// "senders: plain, mta_sts deliverable; dane undeliverable (no TLSA record matches)".
std::string senders_line(const DomainView& view);

}  // namespace mxfleet
