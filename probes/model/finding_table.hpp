// Every finding code, once: what it is called, how bad it is by itself, why it matters, what to do, and the text that
// decides (CHECKS §12). `explain`, findings in JSON, metrics, and documentation derive from this table.
// A prefix has its rows in findings/<prefix>.hpp; they are only joined here.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "probes/model/finding_row.hpp"
#include "probes/model/findings/cert.hpp"
#include "probes/model/findings/dane.hpp"
#include "probes/model/findings/dns.hpp"
#include "probes/model/findings/dnsbl.hpp"
#include "probes/model/findings/flow.hpp"
#include "probes/model/findings/mail.hpp"
#include "probes/model/findings/mta_sts.hpp"
#include "probes/model/findings/policy.hpp"
#include "probes/model/findings/rdns.hpp"
#include "probes/model/findings/relay.hpp"
#include "probes/model/findings/service.hpp"
#include "probes/model/findings/siblings.hpp"
#include "probes/model/findings/smtp.hpp"
#include "probes/model/findings/tls.hpp"
#include "probes/model/findings/tlsrpt.hpp"
#include "probes/model/findings/vantage.hpp"

namespace mxfleet {

template <std::size_t... sizes>
constexpr auto joined(const std::array<FindingRow, sizes>&... groups) {
    std::array<FindingRow, (sizes + ...)> table{};
    auto next = table.begin();
    ((next = std::copy(groups.begin(), groups.end(), next)), ...);
    return table;
}

inline constexpr auto finding_table =
    joined(dns_findings, mail_findings, smtp_findings, tls_findings, cert_findings, dane_findings, mta_sts_findings,
           tlsrpt_findings, rdns_findings, dnsbl_findings, relay_findings, policy_findings, siblings_findings,
           service_findings, flow_findings, vantage_findings);

}  // namespace mxfleet
