// Findings about the agent's own place: its faults, never held against a domain (CHECKS §11).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto vantage_findings = std::to_array<FindingRow>({
    {.code = "vantage.egress_blocked",
     .severity = Severity::critical,
     .title = "the agent cannot reach port 25 anywhere",
     .why = "All connections time out or find no route, and no check target answers. The fault is on our side: most "
            "hosting and access networks block outgoing port 25. Nothing is known about the domains, so nothing is "
            "said about them.",
     .advice = "Try `nc -v TARGET 25` from the agent's host to a server known to be up; check the local firewall, and "
               "ask the provider to open outgoing port 25 or run the agent elsewhere. Name such servers in "
               "`vantage.check_targets`, so that theirs and ours can be told apart.",
     .reference = "mxfleet vantage check: port-25 egress"},
    {.code = "vantage.resolver_failed",
     .severity = Severity::critical,
     .title = "a resolver of the agent does not answer",
     .why = "A server in `dns.resolvers` is silent or answers with errors only. With all of them gone no domain can be "
            "judged, and findings stay as they were; with one gone, lookups are slower.",
     .advice = "Ask it: `dig @RESOLVER example.com MX`. Restart it or correct the address in `dns.resolvers`; a "
               "validating resolver on the same host (unbound, knot-resolver) is best.",
     .reference = "mxfleet vantage check: resolvers"},
    {.code = "vantage.no_ipv6",
     .severity = Severity::warning,
     .title = "the agent has no IPv6",
     .why = "There is no IPv6 route from here, so IPv6 endpoints are skipped and count neither way; faults there go "
            "unseen. The domains are not at fault.",
     .advice = "Give the agent's host an IPv6 address and route (`ip -6 route show default` must name a gateway), or "
               "set `smtp.ipv6 = false` to say that IPv6 is not to be probed.",
     .reference = "mxfleet vantage check: IPv6 route"},
    {.code = "vantage.rdns_unconfirmed",
     .severity = Severity::warning,
     .title = "our own address has no confirmed reverse name",
     .why = "The agent's address has no PTR, or its name does not lead back to the address. Many mail servers refuse "
            "or slow down such clients, so what the agent sees is worse than what a proper sender sees.",
     .advice = "Have the provider set the PTR to the name in `agent.ehlo`, and give that name the address as A or AAAA "
               "record. Verify: `dig +short -x ADDRESS`, then look up the name that it prints.",
     .reference = "RFC 1912 §2.1"},
    {.code = "vantage.listed",
     .severity = Severity::warning,
     .title = "our own address is on a block list",
     .why = "One of `dnsbl.zones` lists the address that the agent connects from. Servers that use the list refuse us "
            "(`smtp.blocked_us`), which says nothing about how they treat others.",
     .advice = "Look the address up on the list's web site and ask for removal. Ranges of access and cloud providers "
               "are often listed as a whole: then use another address (`smtp.source_ipv4`, `smtp.source_ipv6`).",
     .reference = "RFC 5782 §2.1, §2.4"},
    {.code = "vantage.clock",
     .severity = Severity::warning,
     .title = "the agent's clock is wrong",
     .why = "Dates of certificates are judged by this clock, and times in reports and logs come from it: certificates "
            "may seem expired or not yet valid. Durations are not affected.",
     .advice = "See `timedatectl` and put time synchronisation in order (`systemctl status systemd-timesyncd`, or "
               "`chronyc tracking`).",
     .reference = "mxfleet vantage check: clock"},
    {.code = "vantage.local_fault",
     .severity = Severity::warning,
     .title = "the agent could not probe because of a fault on its own host",
     .why = "Sessions ended for want of file descriptors, ports or memory here. Their state is unknown, and nothing is "
            "held against the servers.",
     .advice = "Look into the agent's log for what ran out. Raise `LimitNOFILE` or the memory limit of the unit, widen "
               "`net.ipv4.ip_local_port_range`, or lower `schedule.concurrency`.",
     .reference = "mxfleet vantage check: local resources"},
    {.code = "vantage.ehlo_literal",
     .severity = Severity::warning,
     .title = "the agent introduces itself with an address instead of a name",
     .why = "The host has no fully qualified name and `agent.ehlo` is not set, so EHLO carries an address literal. "
            "That is allowed, yet many servers distrust or refuse such clients.",
     .advice = "Set `agent.ehlo` to a name whose A or AAAA record is the agent's address, best the same as its PTR. It "
               "is fixed when the transcript shows EHLO with that name.",
     .reference = "RFC 5321 §4.1.1.1, §4.1.4"},
});

}  // namespace mxfleet
