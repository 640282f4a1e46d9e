// Findings about connecting, greeting, EHLO and what it offers (CHECKS §0, §2, §3, §9).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto smtp_findings = std::to_array<FindingRow>({
    {.code = "smtp.connect_refused",
     .severity = Severity::warning,
     .title = "the server refused the connection",
     .why = "The host answered and turned the connection down, since nothing listens on that port, or a firewall did "
            "so in its name. Senders go to the next exchange, and queue the mail if there is none.",
     .advice = "On the server, see that the mail server runs and listens on the public address: `ss -ltn 'sport = "
               ":25'`. Postfix: `inet_interfaces` and the `smtp inet` line of master.cf; Exim: `local_interfaces`. "
               "Then look for REJECT rules in the firewall. Verify from outside with `nc -v HOST 25`.",
     .reference = "RFC 5321 §3.1, RFC 9293 §3.5.2"},
    {.code = "smtp.connect_timeout",
     .severity = Severity::warning,
     .title = "the connection attempt got no answer",
     .why = "Packets to this port vanish: the host is down, the route is broken, or a firewall drops them. Senders "
            "wait in vain before they turn to the next exchange, so mail is late even where another one works.",
     .advice = "Run `tcpdump -n port 25` on the server during a probe. If a SYN arrives and nothing leaves, correct "
               "the local firewall or security group; if none arrives, look at the host, its routing and the filters "
               "in front of it. Verify from outside with `nc -v HOST 25`.",
     .reference = "RFC 9293 §3.8.3, RFC 5321 §4.5.4.1"},
    {.code = "smtp.no_route",
     .severity = Severity::warning,
     .title = "the network reports the server as unreachable",
     .why = "A router on the way says that the host or its network cannot be reached: a routing fault, a withdrawn "
            "prefix, or an address that is no longer used. Other parts of the Internet may still get through.",
     .advice = "Find where the path ends with `mtr -T -P 25 ADDRESS`, and see in a looking glass whether the prefix is "
               "announced. Correct the routing, or remove the A or AAAA record if the address is no longer in use.",
     .reference = "RFC 1122 §3.2.2.1, RFC 4443 §3.1"},
    {.code = "smtp.banner_timeout",
     .severity = Severity::warning,
     .title = "connected, but the server sent no greeting",
     .why = "The port is open and silent beyond `smtp.banner_timeout`. A sender waits up to five minutes and then goes "
            "on to the next address. Typical: no free server process, a load balancer without a live server behind it, "
            "or a lookup that hangs before the greeting.",
     .advice = "Look for a full process table (Postfix: `default_process_limit`), and for reverse DNS, block-list, "
               "ident or milter lookups that time out at connect; then at the balancer's own health checks. It is "
               "fixed when `nc HOST 25` shows 220 within seconds.",
     .reference = "RFC 5321 §4.5.3.2.1"},
    {.code = "smtp.banner_rejected",
     .severity = Severity::warning,
     .title = "the server greets with a refusal (5xx)",
     .why =
         "It answers 554, 521 or another 5xx instead of 220 and takes no mail. Nothing in the reply says that it is "
         "about our address, so it counts as meant for everybody. Senders go to the next exchange or bounce the mail.",
     .advice = "Read the reply in the transcript and in the server's log. If the host takes no mail any more, remove "
               "its MX record; otherwise look at maintenance switches and client access rules (Postfix: "
               "`smtpd_client_restrictions`, postscreen). If only the agent is refused, allow its address.",
     .reference = "RFC 5321 §3.1, RFC 7504 §3"},
    {.code = "smtp.protocol_error",
     .severity = Severity::warning,
     .title = "the answer to the greeting or EHLO is not SMTP",
     .why = "The reply breaks the syntax (no three-digit code, different codes in one reply), exceeds 4096 bytes a "
            "line, 64 KiB or 512 lines, or is followed by another that nobody asked for. No sender can talk to it. "
            "Usually another service, or TLS from the first byte, is on this port.",
     .advice = "Look at the bytes: `nc -w 10 HOST 25 </dev/null | xxd | head`. See what listens there, that port 25 is "
               "not set to implicit TLS (Postfix: no `smtpd_tls_wrappermode` on `smtp`), and that a proxy or banner "
               "script in front writes proper replies.",
     .reference = "RFC 5321 §4.2"},
    {.code = "smtp.connection_dropped",
     .severity = Severity::warning,
     .title = "the server closed the connection before it answered",
     .why = "It accepted the connection and ended it before the greeting or the EHLO reply was complete: a crash, a "
            "connection limit, or a balancer without a server behind it. A server that must refuse should say 421 or "
            "554 first. Senders try again later.",
     .advice = "Search the server's log at that second for fatal errors and limits (Postfix: "
               "`smtpd_client_connection_count_limit`). Check for TCP wrappers, and for a server that expects the "
               "PROXY protocol (`smtpd_upstream_proxy_protocol`) without a proxy that sends it.",
     .reference = "RFC 5321 §3.8"},
    {.code = "smtp.command_timeout",
     .severity = Severity::warning,
     .title = "no answer to EHLO in time",
     .why = "The server greeted and then said nothing for `smtp.command_timeout`. Senders wait for minutes, then try "
            "elsewhere or later, so mail is late.",
     .advice = "Look for what runs between EHLO and its reply: a milter or policy service that hangs, a slow lookup of "
               "the client's name, an overloaded disk. Try it on the server itself: if `EHLO` is answered there at "
               "once, a firewall that inspects SMTP is in the way.",
     .reference = "RFC 5321 §4.5.3.2"},
    {.code = "smtp.ehlo_rejected",
     .severity = Severity::warning,
     .title = "the server refuses EHLO and HELO (5xx)",
     .why = "It greets, then refuses the client's introduction, so no mail can follow. Nothing in the reply says that "
            "it is about our address. A server may check the name in EHLO, but must not refuse mail because that check "
            "fails.",
     .advice = "Read the reply. If it objects to the agent's name, see `agent.ehlo`. On the server relax what judges "
               "EHLO (Postfix: `smtpd_helo_restrictions`; Exim: `acl_smtp_helo`, `helo_verify_hosts`).",
     .reference = "RFC 5321 §4.1.4"},
    {.code = "smtp.session_budget",
     .severity = Severity::warning,
     .title = "the session used up its time before EHLO was answered",
     .why = "Each step stayed within its own limit, yet together they took longer than `smtp.session_timeout`. Patient "
            "senders may still deliver, slowly. Often a tarpit or an overloaded server.",
     .advice = "See in the phase times which step is slow and look there: greeting as for `smtp.banner_slow`, EHLO as "
               "for `smtp.command_timeout`. If the delay is meant, exempt the agent's address on the server or raise "
               "`smtp.session_timeout`.",
     .reference = "RFC 5321 §4.5.3.2"},
    {.code = "smtp.banner_slow",
     .severity = Severity::warning,
     .title = "the greeting is slow",
     .why = "Its last line came later than `smtp.banner_slow`. Senders must wait five minutes for it, so nothing is "
            "lost, but each delivery takes longer and ties up a process at both ends. A short pause against spammers, "
            "such as postscreen's six seconds, is normal.",
     .advice = "If the pause is not meant, look for slow lookups of reverse names and block lists (`dig -x CLIENT` on "
               "the server), milters at connect, and full process tables. If it is meant, raise `smtp.banner_slow`.",
     .reference = "RFC 5321 §4.5.3.2.1"},
    {.code = "smtp.rate_limited",
     .severity = Severity::warning,
     .title = "the server asks us to come back later (421)",
     .why = "It closes the session with 421, because of a limit on clients, overload or a shutdown. That says little "
            "about other senders, so the endpoint counts as rate limited, not as down, and the agent backs off.",
     .advice = "Read the reply. If it is a limit on clients, exempt the agent (Postfix: "
               "`smtpd_client_event_limit_exceptions`) or raise `schedule.interval` and `schedule.per_ip_gap`. If it "
               "speaks of load or shutdown, look into the server's log.",
     .reference = "RFC 5321 §3.8"},
    {.code = "smtp.tempfail",
     .severity = Severity::warning,
     .title = "the server refuses for the moment (4xx)",
     .why = "It answers the greeting or EHLO with a 4xx other than 421: try again later. Senders keep the mail and do "
            "so. Usual causes: overload, a full disk, a lookup table or policy service that is not available.",
     .advice = "Read the reply and the server's log at that second. Postfix: look for \"Server configuration "
               "problem\", \"Insufficient system storage\" (`queue_minfree`) and maps that cannot be opened. It clears "
               "with the next 220 and 250.",
     .reference = "RFC 5321 §4.2.1"},
    {.code = "smtp.blocked_us",
     .severity = Severity::warning,
     .title = "the server refuses our address, not everybody",
     .why = "A 5xx at the greeting or EHLO names a block list, reputation or reverse DNS, or a self-check finds our "
            "address listed; or the relay check's control recipient was refused. Whether others can deliver is not "
            "known, so the endpoint does not count as down.",
     .advice = "See the `vantage` findings, look our address up at the list that the reply names, and put its reverse "
               "name and `agent.ehlo` in order. Then ask for removal, or have the postmaster allow the address. It is "
               "fixed when the endpoint is `up` again.",
     .reference = "RFC 5321 §3.1, RFC 3463 §3.8, RFC 7372 §3.3"},
    {.code = "smtp.middlebox",
     .severity = Severity::warning,
     .title = "a device on the way rewrites SMTP",
     .why = "The greeting or EHLO keywords are masked with `*` or `X`: a firewall inspects and alters the dialogue. It "
            "usually hides STARTTLS as well, so that mail crosses the network in clear. If all servers look like this, "
            "the device stands on the agent's side.",
     .advice = "Turn SMTP inspection off on the firewall (Cisco ASA: `no inspect esmtp`; PIX: `no fixup protocol smtp "
               "25`). It is fixed when the greeting is readable from outside and EHLO lists the same keywords as on "
               "the server itself.",
     .reference = "RFC 3207 §6, RFC 5321 §4.2"},
    {.code = "smtp.helo_only",
     .severity = Severity::warning,
     .title = "the server does not speak EHLO",
     .why = "Only HELO works. Without EHLO there is no STARTTLS, SIZE or 8BITMIME: mail flows, always unencrypted. "
            "Servers have had to support EHLO since 2001; usually an old filter or a firewall in front is the cause.",
     .advice =
         "Ask the mail server behind the firewall directly. If it answers EHLO there, switch off the inspection or "
         "replace the proxy in front; otherwise update the server. It is fixed when EHLO gets 250 from outside.",
     .reference = "RFC 5321 §2.2.1, §4.1.1.1"},
    {.code = "smtp.auth_before_tls",
     .severity = Severity::warning,
     .title = "passwords may be sent in clear (AUTH before TLS)",
     .why = "PLAIN or LOGIN is offered on a connection that is not encrypted; a client that uses it shows its password "
            "to everybody on the way. Mail from other servers is not affected: they do not log in.",
     .advice = "Offer AUTH inside TLS only, and on an MX not at all. Postfix: `smtpd_tls_auth_only = yes`, "
               "`smtpd_sasl_auth_enable` only for submission in master.cf. Exim: `auth_advertise_hosts = ${if "
               "eq{$tls_in_cipher}{}{}{*}}`. It is fixed when the first EHLO lists no AUTH.",
     .reference = "RFC 4954 §4"},
    {.code = "smtp.tls_required",
     .severity = Severity::warning,
     .title = "the server takes mail on port 25 only inside TLS",
     .why = "MAIL in clear is answered 530. A public MX must not demand STARTTLS: senders without TLS, and those whose "
            "handshake fails, cannot deliver. Where that is a deliberate rule, the loss is its price.",
     .advice = "Offer TLS instead of demanding it (Postfix: `smtpd_tls_security_level = may` on port 25). To have able "
               "senders insist on TLS, publish MTA-STS or DANE. If the rule is meant, add this code to the domain's "
               "`ignore`.",
     .reference = "RFC 3207 §4"},
    {.code = "smtp.bare_lf",
     .severity = Severity::info,
     .title = "the server ends lines with LF instead of CRLF",
     .why = "Nearly all clients accept that, so mail flows; the standard asks for CRLF. A server that is loose with "
            "line ends may be so with messages too, which SMTP smuggling exploits.",
     .advice =
         "Find what writes those lines: a filter, a proxy or a script for the banner, and make it send CRLF. Update "
         "the server and see that it refuses or normalises bare LF in messages (Postfix: `smtpd_forbid_bare_newline`).",
     .reference = "RFC 5321 §2.3.8"},
    {.code = "smtp.banner_hostname_mismatch",
     .severity = Severity::info,
     .title = "the greeting names another host",
     .why = "The name after 220 differs from the MX name or from the address's reverse name. No rule demands that they "
            "be equal, and in clusters they often differ, so this is harmless; `localhost` or an inside name makes "
            "bounces and logs hard to trace.",
     .advice = "Do nothing if it is a real name of the server. Otherwise set its public name: `myhostname` in Postfix, "
               "`primary_hostname` or `smtp_banner` in Exim.",
     .reference = "RFC 5321 §4.2, §4.3.1"},
    {.code = "smtp.capability_invalid",
     .severity = Severity::info,
     .title = "an EHLO keyword has a malformed argument",
     .why = "For instance `SIZE` with something that is not a number. Senders ignore it, so they may send a large "
            "message only to have it refused at the end. Ordinary mail is not affected.",
     .advice = "Correct the setting behind the keyword (`message_size_limit` in Postfix and Exim) or the proxy that "
               "rewrites EHLO. `SIZE 10240000` is in bytes; `SIZE 0` says that there is no fixed limit.",
     .reference = "RFC 1870 §3, RFC 5321 §4.1.1.1"},
    {.code = "smtp.capability_inconsistent",
     .severity = Severity::info,
     .title = "the capabilities contradict each other",
     .why =
         "For instance BINARYMIME without CHUNKING, SMTPUTF8 without 8BITMIME, STARTTLS again inside TLS, or enhanced "
         "status codes that do not fit the reply code. Senders ignore what does not fit; rare kinds of mail may fail.",
     .advice = "Compare EHLO as seen from outside with EHLO asked on the server: what differs is a proxy's or "
               "firewall's doing. Offer both keywords of a pair or neither (Postfix: `smtpd_discard_ehlo_keywords`).",
     .reference = "RFC 3030 §3, RFC 6531 §3.1, RFC 3207 §4.2, RFC 2034 §4"},
    {.code = "smtp.flapping",
     .severity = Severity::info,
     .title = "the endpoint answers differently from one session to the next",
     .why = "For instance STARTTLS is offered now and missing a minute later. Usually several servers with different "
            "settings share the address, or one is at its limits. Which of them a sender meets is chance.",
     .advice =
         "Compare the transcripts of both kinds; the host name in the greeting often tells the servers apart. Bring "
         "all servers behind the address to the same configuration and certificates, and look at load and restarts.",
     .reference = "Operational practice: servers behind one address answer alike"},
});

}  // namespace mxfleet
