// Findings about what a server accepts and discloses (CHECKS §8).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto policy_findings = std::to_array<FindingRow>({
    {.code = "policy.null_sender_refused",
     .severity = Severity::warning,
     .title = "the server refuses mail from the null sender",
     .why = "`MAIL FROM:<>` is how bounces and delivery reports come. Refused, users do not learn that their mail "
            "failed, and servers that verify senders refuse the domain's mail. Every server must accept it.",
     .advice = "Remove the rule that refuses `<>` (Postfix: sender access maps; Exim: a `deny` with `senders = :`). "
               "Against forged bounces, filter by content or sign return paths (BATV). Verify: `MAIL FROM:<>` and "
               "`RCPT TO:<postmaster@DOMAIN>` both get 250.",
     .reference = "RFC 1123 §5.2.9, RFC 5321 §4.5.5"},
    {.code = "policy.postmaster_refused",
     .severity = Severity::warning,
     .title = "the server refuses mail to postmaster",
     .why = "Others report trouble with the domain to postmaster; every server that takes mail for it must accept that "
            "address. Mail to users is not affected.",
     .advice =
         "Create `postmaster@DOMAIN` as an alias that somebody reads (Postfix: `/etc/aliases` with `newaliases`, or "
         "`virtual_alias_maps`) and exempt it from recipient checks. Verify: `RCPT TO:<postmaster@DOMAIN>` gets 250.",
     .reference = "RFC 5321 §4.5.1"},
    {.code = "policy.catch_all",
     .severity = Severity::info,
     .title = "mail to unknown recipients is accepted",
     .why = "A random address got 250. Either the domain has a catch-all mailbox, which is a matter of taste, or the "
            "server accepts first and bounces later, which sends bounces to forged senders.",
     .advice = "If no catch-all is meant, refuse unknown recipients at RCPT. Postfix: `local_recipient_maps`, "
               "`relay_recipient_maps` or `reject_unverified_recipient`; Exim: `verify = recipient`. Do the same on "
               "backup exchanges. Verify: a random address gets 550 5.1.1.",
     .reference = "RFC 5321 §3.3"},
    {.code = "policy.vrfy_discloses",
     .severity = Severity::info,
     .title = "VRFY tells which mailboxes exist",
     .why = "It answers 250 or 251, so address collectors can try names. That does not affect mail; 252 is the answer "
            "that discloses nothing.",
     .advice = "Postfix: `disable_vrfy_command = yes`; Exim: no `acl_smtp_vrfy` that accepts; Sendmail: "
               "`PrivacyOptions` with `novrfy`. Verify: `VRFY postmaster` gets 252 or a 5xx.",
     .reference = "RFC 5321 §3.5.3, §7.3"},
    {.code = "policy.expn_discloses",
     .severity = Severity::info,
     .title = "EXPN tells who is on a list",
     .why = "It answers 250, so anybody can read the members of aliases and lists. That does not affect mail.",
     .advice = "Switch EXPN off for strangers (Exim: no `acl_smtp_expn` that accepts; Sendmail: `PrivacyOptions` with "
               "`noexpn`; Postfix does not have it). Verify: `EXPN postmaster` gets a 5xx.",
     .reference = "RFC 5321 §3.5.2, §7.3"},
    {.code = "policy.greylisting",
     .severity = Severity::info,
     .title = "the server uses greylisting",
     .why = "The first attempt got 450 or 451, the same sender and recipient were accepted some minutes later. It is a "
            "defence against spam, not a fault: first mail from an unknown sender is late.",
     .advice = "Do nothing if that is meant. If delays disturb, exempt known senders or large providers, whose retries "
               "come from changing addresses.",
     .reference = "RFC 6647 §2"},
});

}  // namespace mxfleet
