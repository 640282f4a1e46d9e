// Findings about TLS reporting (CHECKS §6).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto tlsrpt_findings = std::to_array<FindingRow>({
    {.code = "tlsrpt.invalid",
     .severity = Severity::warning,
     .title = "the TLSRPT record is invalid",
     .why =
         "There is more than one `v=TLSRPTv1` record, or `rua` is missing or names neither a mailto nor an https "
         "address. Senders send no reports, so TLS failures on their side stay unknown to you. Mail is not affected.",
     .advice = "Publish exactly one TXT record at `_smtp._tls.DOMAIN`: \"v=TLSRPTv1; rua=mailto:tls-reports@DOMAIN\". "
               "Verify with `dig +short _smtp._tls.DOMAIN TXT`.",
     .reference = "RFC 8460 §3"},
    {.code = "tlsrpt.absent",
     .severity = Severity::info,
     .title = "no TLSRPT record is published",
     .why = "Senders do not report when TLS to this domain fails. Mail is not affected; with MTA-STS or DANE the "
            "reports are the way to learn of trouble that only senders see.",
     .advice = "If you want reports, publish a TXT record at `_smtp._tls.DOMAIN`: \"v=TLSRPTv1; "
               "rua=mailto:tls-reports@DOMAIN\", and read that mailbox.",
     .reference = "RFC 8460 §3"},
});

}  // namespace mxfleet
