// Findings about relaying for strangers (CHECKS §10).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto relay_findings = std::to_array<FindingRow>({
    {.code = "relay.open",
     .severity = Severity::critical,
     .title = "open relay: the server delivered mail between strangers",
     .why = "A test message from outside to an outside mailbox was accepted and arrived there. Spammers find such a "
            "server within hours; then its queue fills, its address is blocked and the domain's own mail is refused.",
     .advice = "Now: Postfix `smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, "
               "reject_unauth_destination` with a small `mynetworks`; Exim `relay_from_hosts` and `relay_to_domains` "
               "to your own. Then clear the queue of spam. Verify with `mxfleet check --relay DOMAIN`.",
     .reference = "RFC 5321 §7.9, RFC 2505 §2.1"},
    {.code = "relay.suspected",
     .severity = Severity::warning,
     .title = "the server seems to relay for strangers",
     .why = "RCPT for an outside recipient got 250, in a form that counts. That is no proof: a server may accept "
            "everything and discard or bounce it later. The suspicion stays until that very form is refused.",
     .advice = "The report names the form (`relay.forms`). See in the server's log what became of it, and refuse it at "
               "RCPT: Postfix `reject_unauth_destination` before any broad permit, `allow_untrusted_routing = no`; "
               "Exim: the relay rules of `acl_smtp_rcpt`. `relay.confirm` gives proof.",
     .reference = "RFC 5321 §7.9, RFC 2505 §2.1"},
    {.code = "relay.unknown",
     .severity = Severity::info,
     .title = "whether the server relays could not be found out",
     .why = "The control recipient was greylisted or refused, or the sessions failed, so refusals of outside "
            "recipients prove nothing. It says nothing bad about the server, and there was no earlier verdict to keep.",
     .advice = "Wait for the next runs; greylisting passes by itself. If it stays, see that `postmaster@DOMAIN` is "
               "accepted, and allow the agent's address on the server.",
     .reference = "RFC 5321 §4.5.1, RFC 2505 §2.1"},
    {.code = "relay.not_tested",
     .severity = Severity::info,
     .title = "the relay check was not run",
     .why = "It is switched off, no `relay.recipient` is configured, or that recipient is hosted with the server under "
            "test, where acceptance would prove nothing. An open relay would go unseen.",
     .advice =
         "Set `relay.recipient` to a mailbox in a domain that you control and that is hosted elsewhere, and leave "
         "`relay.enabled` on. Only configured domains are tested; `mxfleet check` needs `--relay` for others.",
     .reference = "RFC 2505 §2.1"},
});

}  // namespace mxfleet
