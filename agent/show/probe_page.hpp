// One domain as blackbox_exporter shows a target (INTERFACE §5, /probe): the domain's series and its endpoints', and
// the four series that dashboards and rules for that exporter read. And the same for people, as text. Pure.
#pragma once

#include <string>

#include "agent/show/report_json.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

/// `probe_success` is absent while it is unknown whether the domain's mail can be delivered. The duration is that of
/// the slowest session and the lookup, the expiry that of the certificate that expires first.
std::string probe_page(const DomainCell& cell, ExpositionFormat format);

/// The report as `mxfleet check --transcript` prints it.
std::string probe_debug_text(const Report& report);

}  // namespace mxfleet
