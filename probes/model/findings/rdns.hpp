// Findings about reverse DNS of exchanges (CHECKS §7).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto rdns_findings = std::to_array<FindingRow>({
    {.code = "rdns.missing",
     .severity = Severity::warning,
     .title = "the address has no reverse name (PTR)",
     .why = "For receiving mail it does not matter. If the same address also sends, many receivers refuse its mail or "
            "rate it as spam.",
     .advice = "Have whoever holds the address block (hosting or access provider) set the PTR to the server's name, "
               "for IPv6 too. Verify with `dig +short -x ADDRESS`.",
     .reference = "RFC 1912 §2.1"},
    {.code = "rdns.unconfirmed",
     .severity = Severity::warning,
     .title = "reverse and forward DNS do not agree",
     .why = "The address has a reverse name, and none of its names leads back to the address. For receiving mail it "
            "does not matter; as a sender the host looks like an unknown client, and many receivers refuse it.",
     .advice = "Make them agree: let the PTR (`dig -x ADDRESS`) name the server, and that name have this address as A "
               "or AAAA record. One PTR that agrees is enough.",
     .reference = "RFC 1912 §2.1"},
});

}  // namespace mxfleet
