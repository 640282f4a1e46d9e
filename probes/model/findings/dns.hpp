// Findings about a domain's MX records and the addresses behind them (CHECKS §1).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto dns_findings = std::to_array<FindingRow>({
    {.code = "dns.domain_not_found",
     .severity = Severity::critical,
     .title = "the domain does not exist (NXDOMAIN)",
     .why = "DNS says that there is no such name. Senders bounce every message at once, without trying again; NXDOMAIN "
            "never means \"use the address record instead\".",
     .advice = "Check the spelling, then the registration (`whois DOMAIN`: expired, on hold?) and the delegation (`dig "
               "+trace DOMAIN MX`). Renew the domain or restore the zone. It is fixed when `dig DOMAIN MX` answers "
               "with status NOERROR.",
     .reference = "RFC 5321 §5.1, RFC 2308 §2.1"},
    {.code = "dns.no_usable_mx",
     .severity = Severity::critical,
     .title = "no exchange of the domain can be used",
     .why = "None of the MX hosts has an address that mail can be sent to, or there is no MX and the domain has no "
            "address either. Where there is an MX, senders must not fall back to the domain's own address, so mail "
            "waits or bounces.",
     .advice = "Look at `dig DOMAIN MX`, then at `dig HOST A` and `dig HOST AAAA` for each host: correct the names or "
               "add the missing addresses. If the domain takes no mail, publish a null MX (`MX 0 .`) to say so.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.mx_unexpected",
     .severity = Severity::critical,
     .title = "the MX records are not what the configuration expects",
     .why = "DNS publishes something other than the domain's `expect` or `mx` says. Either the records were changed by "
            "mistake or by somebody else, and mail goes astray, or the configuration is out of date.",
     .advice = "Compare `dig DOMAIN MX` with the domain's `expect` and `mx`. If none of your people made the change, "
               "secure the accounts at registrar and DNS provider and restore the records; otherwise correct the "
               "configuration and reload it.",
     .reference = "mxfleet configuration: `expect` and `mx` of [[domain]]"},
    {.code = "dns.dnssec_bogus",
     .severity = Severity::critical,
     .title = "the DNSSEC signatures do not verify",
     .why = "Resolvers that validate answer SERVFAIL for this domain. Senders behind them, large providers among them, "
            "queue the mail and bounce it after days; all the others deliver as if nothing were wrong. The fault is in "
            "the zone or its DS record.",
     .advice = "Follow the chain with `delv DOMAIN MX` or dnsviz.net. Usual causes: expired signatures, or a DS at the "
               "registrar that no DNSKEY matches after a key roll or a change of DNS provider. Sign again or correct "
               "the DS. It is fixed when `dig DOMAIN MX` works without `+cd`.",
     .reference = "RFC 4035 §5.5"},
    {.code = "dns.invalid_name",
     .severity = Severity::critical,
     .title = "the name is not a valid domain name",
     .why = "A label is empty or longer than 63 octets, the whole is longer than 255, a character is not allowed, or "
            "an internationalised name has no valid A-label form. No sender can look it up, so no mail can reach it.",
     .advice = "Correct the name where it was written: the MX record in the zone, or the domain in the configuration. "
               "For internationalised names use the A-label (`xn--...`), as `idn2 NAME` prints it.",
     .reference = "RFC 1035 §2.3.4, RFC 5321 §2.3.5"},
    {.code = "dns.lookup_failed",
     .severity = Severity::warning,
     .title = "the DNS lookup failed",
     .why = "The answer was an error (SERVFAIL, REFUSED), malformed, or did not come. That is never read as \"no MX\": "
            "senders queue the mail and ask again, and the agent goes on with the last good answer. A passing failure "
            "does no harm.",
     .advice = "Ask the domain's own servers: `dig DOMAIN NS`, then `dig @NS DOMAIN MX` for each, with and without "
               "`+tcp`. Repair those that are silent, refuse or are not authoritative. If all of them answer, look at "
               "the resolvers in `dns.resolvers`.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.null_mx_mixed",
     .severity = Severity::warning,
     .title = "a null MX stands beside other MX records",
     .why = "The null MX (`.`) says that the domain takes no mail, the other records say that it does. Some senders "
            "bounce, some use the other hosts: what happens to a message depends on who sends it.",
     .advice = "Remove the record that points to `.` if the domain receives mail, or all the others if it does not. It "
               "is fixed when `dig +short DOMAIN MX` shows either host names only or `0 .` alone.",
     .reference = "RFC 7505 §3"},
    {.code = "dns.null_mx_malformed",
     .severity = Severity::warning,
     .title = "the null MX has a preference other than 0",
     .why = "The only MX points to `.`, and a null MX is defined with preference 0. Most senders read it as \"takes no "
            "mail\" all the same; a strict one looks for a host named `.` and keeps the mail until it expires.",
     .advice = "If the domain takes no mail, publish exactly `DOMAIN. MX 0 .`; otherwise name the real hosts. It is "
               "fixed when `dig +short DOMAIN MX` shows `0 .`.",
     .reference = "RFC 7505 §3"},
    {.code = "dns.mx_is_cname",
     .severity = Severity::warning,
     .title = "an MX host name is an alias (CNAME)",
     .why = "An MX must name a host that has addresses of its own. Most senders follow the alias, so mail usually "
            "arrives; some do not, and the names to put into certificates, TLSA records and MTA-STS policies become "
            "ambiguous.",
     .advice = "Point the MX at the alias's target, or replace the CNAME by A and AAAA records; see that the "
               "certificate, the MTA-STS `mx` lines and the TLSA records fit the name chosen. It is fixed when `dig "
               "+short HOST CNAME` prints nothing.",
     .reference = "RFC 5321 §5.1, RFC 2181 §10.3"},
    {.code = "dns.mx_is_ip_literal",
     .severity = Severity::warning,
     .title = "an MX record holds an IP address instead of a host name",
     .why =
         "An MX must name a host. DNS takes `192.0.2.1` for a name under a top-level domain `1`, which does not exist. "
         "A few senders connect all the same, most cannot; mail depends on the other MX hosts, if there are any.",
     .advice = "Give the server a name with A or AAAA records and put that name into the MX: `DOMAIN. MX 10 "
               "mx1.DOMAIN.`. It is fixed when `dig +short DOMAIN MX` shows host names only.",
     .reference = "RFC 1035 §3.3.9, RFC 5321 §5.1"},
    {.code = "dns.mx_target_not_found",
     .severity = Severity::warning,
     .title = "an MX host name does not exist (NXDOMAIN)",
     .why = "Senders skip this host and try the others; where none is left, mail waits or bounces. If the host's own "
            "domain has lapsed, whoever registers it receives the mail.",
     .advice = "Look for a typing error or a missing final dot in the zone file (`mx1.DOMAIN` without it becomes "
               "`mx1.DOMAIN.DOMAIN`). Add the host's address records or remove the MX; remove it at once if its domain "
               "has lapsed.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.mx_target_no_address",
     .severity = Severity::warning,
     .title = "an MX host name has no address",
     .why = "The name exists, and has neither an A nor an AAAA record. Senders skip this host and try the others; "
            "where none is left, mail waits or bounces.",
     .advice = "Add the host's A or AAAA record, or remove the MX. It is fixed when `dig +short HOST A` or `dig +short "
               "HOST AAAA` prints an address.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.mx_private_address",
     .severity = Severity::warning,
     .title = "an MX points to a local name or a private or reserved address",
     .why = "The name is `localhost` or a single label, or it resolves to a private, loopback or reserved address. "
            "Nobody outside can deliver there; other MX hosts may still take the mail. The agent does not connect, so "
            "as not to be aimed at inside hosts.",
     .advice = "Publish the server's public name and address, and keep inside addresses in inside zones (split "
               "horizon). If the agent is meant to probe that network, add it to `targets.allow_networks`.",
     .reference = "RFC 6890 §2.2, RFC 5321 §5.1"},
    {.code = "dns.mx_ipv6_only",
     .severity = Severity::warning,
     .title = "mail can be delivered over IPv6 only",
     .why = "There is no IPv4 address to deliver to. That is allowed, yet senders without IPv6, still many, cannot "
            "deliver: their mail waits for days and then bounces.",
     .advice = "Give at least one MX host an A record and let the mail server listen there, if need be through a relay "
               "that has both. It is fixed when `dig +short HOST A` prints an address that greets on port 25.",
     .reference = "RFC 5321 §5.2"},
    {.code = "dns.resolvers_disagree",
     .severity = Severity::warning,
     .title = "the resolvers compared give different MX records",
     .why = "The sets have differed for longer than the TTL, so where mail goes depends on who asks. Usually a "
            "secondary name server missed a zone transfer, or an old provider still answers. Where different views are "
            "meant, it is harmless.",
     .advice = "Compare the serials with `dig +nssearch DOMAIN` and the answers with `dig @NS DOMAIN MX`. Repair the "
               "zone transfer (NOTIFY, TSIG, firewall) or the delegation. If the views are meant, take that resolver "
               "out of `dns.compare`.",
     .reference = "RFC 1034 §4.3.5"},
    {.code = "dns.too_many_endpoints",
     .severity = Severity::warning,
     .title = "more addresses than the agent may probe",
     .why = "The MX hosts have more addresses than `smtp.max_endpoints_per_domain` or `smtp.max_endpoints` allow. The "
            "rest is not probed, so a fault there goes unseen. Senders limit themselves likewise: Postfix by default "
            "tries five addresses.",
     .advice = "Take needless addresses out of the MX hosts' A and AAAA records, or raise the limit in the agent's "
               "configuration if all of them are wanted.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.null_mx",
     .severity = Severity::info,
     .title = "the domain takes no mail (null MX)",
     .why = "A single `MX 0 .` says on purpose that nobody receives mail here, so that senders bounce at once instead "
            "of trying for days. It is right for a domain without mailboxes, and no outage.",
     .advice = "Do nothing if that is meant; `expect = \"null\"` then reports any change. If the domain should receive "
               "mail, replace the record by the MX hosts.",
     .reference = "RFC 7505 §3"},
    {.code = "dns.implicit_mx",
     .severity = Severity::info,
     .title = "without an MX record, mail goes to the domain's own address",
     .why = "Senders use the A and AAAA records of the domain itself, which is often a web server. It is valid, and "
            "harmless where a mail server listens there.",
     .advice = "Publish what is meant: `DOMAIN. MX 10 HOST.` for the mail server, so that moving the web site does not "
               "take the mail with it, or a null MX (`MX 0 .`) if no mail is wanted.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.mx_duplicate",
     .severity = Severity::info,
     .title = "the MX records repeat an exchange or an address",
     .why = "Two records lead to the same server, so there is less redundancy than there seems to be. Mail is not "
            "affected; the address is probed once for each exchange name.",
     .advice = "Remove the superfluous record, or point it to a server of its own. Where one host has several names on "
               "purpose, do nothing.",
     .reference = "RFC 5321 §5.1"},
    {.code = "dns.mx_no_ipv6",
     .severity = Severity::info,
     .title = "no exchange has an IPv6 address",
     .why =
         "Mail arrives over IPv4. Only senders that have nothing but IPv6 cannot deliver, and there are few of them.",
     .advice = "Add an AAAA record once the server listens on IPv6 (Postfix: `inet_protocols = all`), port 25 is open "
               "there and the address has a reverse name. A half-working IPv6 address is worse than none.",
     .reference = "RFC 5321 §5.2"},
    {.code = "dns.mx_changed",
     .severity = Severity::info,
     .title = "the set of MX records has changed",
     .why = "Hosts or preferences are not those of the lookup before. In a planned move that is expected; a change "
            "that nobody planned may be a mistake, or somebody with access to the zone who redirects mail.",
     .advice = "Compare `dig DOMAIN MX` with what was planned. If none of your people made the change, look into the "
               "logs of the DNS provider and the registrar and change the passwords there. To pin the set, list it in "
               "the domain's `mx`.",
     .reference = "Operational practice: changes of MX records are planned"},
    {.code = "dns.single_endpoint",
     .severity = Severity::info,
     .title = "all mail depends on one address",
     .why = "There is one exchange with one address. While it is down, senders queue and try again, usually for four "
            "to five days, so a short outage delays mail and loses none. One address may still be many servers behind "
            "a load balancer.",
     .advice = "If delays matter, add a second exchange in another network, with the same recipient list and filters "
               "as the first: a backup that accepts everything invites spam. Otherwise do nothing.",
     .reference = "RFC 5321 §4.5.4.1"},
});

}  // namespace mxfleet
