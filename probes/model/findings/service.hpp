// Findings about submission and mailbox services (CHECKS §11).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto service_findings = std::to_array<FindingRow>({
    {.code = "service.down",
     .severity = Severity::critical,
     .title = "a submission or mailbox service is down",
     .why = "The service cannot be reached, or does not answer as its protocol demands. Users cannot send (submission) "
            "or read (IMAP, POP3) mail there; mail from other servers may still arrive at the MX.",
     .advice = "On the server look at the process and its log (`systemctl status postfix dovecot`), the listening port "
               "(`ss -ltn`), the firewall and the certificate. Verify with `openssl s_client -connect HOST:993`, or "
               "`-starttls smtp -connect HOST:587`.",
     .reference = "RFC 6409, RFC 8314, RFC 9051, RFC 1939"},
    {.code = "service.login_failed",
     .severity = Severity::critical,
     .title = "the login to a service fails",
     .why = "The service answers, and the probe's account does not get in: nobody can log in (directory, database "
            "or PAM is down), or the account is locked or its password changed. Or TLS does not verify, so that "
            "no password was sent. Or the server does not prove, as SCRAM demands, that it knows the password; it "
            "may not be yours.",
     .advice = "Look into the service's log at that second; Dovecot: `doveadm auth test USER`. If others can log in, "
               "correct the password in the credentials' `password_file` or unlock the account. Where the proof is "
               "missing or wrong, see who answers (a proxy, another machine), then set the password anew: that "
               "renews its SCRAM keys.",
     .reference = "RFC 4954 §6, RFC 5802 §3, RFC 9051 §6.2, RFC 1939 §7"},
    {.code = "service.auth_not_required",
     .severity = Severity::warning,
     .title = "submission accepts MAIL without login",
     .why = "MAIL was not answered 530 before authentication. If RCPT is accepted too, anybody can send through the "
            "server. With Postfix's `smtpd_delay_reject = yes` the refusal comes only at RCPT: harmless, though not "
            "what the standard asks for.",
     .advice = "Demand login on 587 and 465. Postfix master.cf: `-o smtpd_sasl_auth_enable=yes -o "
               "smtpd_relay_restrictions=permit_sasl_authenticated,reject`; Exim: `authenticated = *` required in "
               "`acl_smtp_mail` on those ports. Verify without login: MAIL gets 530, or at least RCPT a 5xx.",
     .reference = "RFC 6409 §4.3"},
});

}  // namespace mxfleet
