// The finding about DNS block lists (CHECKS §7).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto dnsbl_findings = std::to_array<FindingRow>({
    {.code = "dnsbl.listed",
     .severity = Severity::warning,
     .title = "the address is on a DNS block list",
     .why = "Receivers that use the list may refuse mail that comes from this address. Mail to it is not affected. A "
            "list may be wrong or cover a whole provider.",
     .advice = "Look the address up on the list's web site for the reason. First stop the cause (an infected host, a "
               "stolen password, an open relay), then ask for removal. It is fixed when the list's name for this "
               "address gives NXDOMAIN.",
     .reference = "RFC 5782 §2.1, §2.4"},
});

}  // namespace mxfleet
