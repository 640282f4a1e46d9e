// Findings about STARTTLS and the handshake (CHECKS §4).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto tls_findings = std::to_array<FindingRow>({
    {.code = "tls.not_offered",
     .severity = Severity::warning,
     .title = "STARTTLS is not offered",
     .why = "Mail to this server crosses the network in clear and can be read or altered on the way. Most senders "
            "deliver all the same; those that insist on TLS do not.",
     .advice =
         "Install a certificate and offer TLS. Postfix: `smtpd_tls_security_level = may`, `smtpd_tls_chain_files`; "
         "Exim: `tls_advertise_hosts = *`, `tls_certificate`, `tls_privatekey`. If the server offers it on the inside, "
         "a firewall hides it. Verify with `openssl s_client -starttls smtp -connect HOST:25`.",
     .reference = "RFC 3207 §4, RFC 7435 §3"},
    {.code = "tls.starttls_temporary",
     .severity = Severity::warning,
     .title = "STARTTLS is refused for the moment (4xx)",
     .why = "The server offers TLS and then says that it is not available now, most often because it cannot read its "
            "certificate or key. Senders go on in clear or wait; those that insist on TLS wait.",
     .advice = "Read the server's log at that second (Postfix: \"cannot get certificate\", \"TLS engine "
               "unavailable\"). Check paths and permissions, and that certificate and key belong together: `openssl "
               "x509 -noout -pubkey -in CERT` and `openssl pkey -pubout -in KEY` must print the same.",
     .reference = "RFC 3207 §4"},
    {.code = "tls.starttls_broken",
     .severity = Severity::warning,
     .title = "STARTTLS is offered and does not work",
     .why = "The command is refused (5xx) or not answered: senders fall back to clear text, and those that insist on "
            "TLS do not deliver. Usually TLS is half configured, or a proxy passes the offer on and cannot fulfil it.",
     .advice = "Complete the TLS configuration (certificate and key) or withdraw the offer; see whether a proxy or "
               "content filter in front answers instead of the mail server. It is fixed when `openssl s_client "
               "-starttls smtp -connect HOST:25` shows a certificate.",
     .reference = "RFC 3207 §4"},
    {.code = "tls.handshake_failed",
     .severity = Severity::warning,
     .title = "the TLS handshake fails",
     .why = "The server agrees to STARTTLS, and no TLS session comes about: no common version or cipher, a certificate "
            "without its key, or the connection breaks. Some senders try again in clear, others keep the mail until it "
            "bounces.",
     .advice = "See the error with `openssl s_client -starttls smtp -connect HOST:25 -servername HOST` and in the "
               "server's log. Check that certificate and key belong together and that TLS 1.2 and 1.3 with common "
               "ciphers are on (Postfix: `smtpd_tls_protocols`, `tls_medium_cipherlist`).",
     .reference = "RFC 3207 §4.1, RFC 9325 §3.1.1"},
    {.code = "tls.injection",
     .severity = Severity::warning,
     .title = "the server sent data in clear after agreeing to STARTTLS",
     .why = "Bytes followed the 220 line before TLS began. A careless client would take them for protected replies: an "
            "attack on the way, or a server or proxy that answers out of turn. The agent drops them.",
     .advice = "Look at the transcript, and update the mail server and any proxy before it. If the server itself does "
               "not send them, some device on the way does: compare from another network. It is fixed when nothing "
               "comes between the 220 and the handshake.",
     .reference = "RFC 3207 §4.2, §6"},
    {.code = "tls.legacy_protocol",
     .severity = Severity::warning,
     .title = "TLS 1.0 or 1.1 is in use",
     .why = "The server can do nothing newer, or still accepts these versions. Both are deprecated. Senders that "
            "refuse them fall back to clear text or do not deliver to a server that has nothing newer; accepted beside "
            "TLS 1.2, they do little harm.",
     .advice = "Postfix: `smtpd_tls_protocols = >=TLSv1.2`. Exim: `openssl_options = +no_tlsv1 +no_tlsv1_1`, or with "
               "GnuTLS `tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1`. Update a server without TLS 1.2. "
               "Verify with `openssl s_client -starttls smtp -tls1_2 -connect HOST:25`.",
     .reference = "RFC 8996 §4, §5"},
    {.code = "tls.capabilities_lost",
     .severity = Severity::warning,
     .title = "capabilities are missing inside TLS",
     .why = "EHLO inside TLS lists fewer extensions than before it, or is refused. Senders must forget the first list, "
            "so SIZE, 8BITMIME and the like are gone just where most mail travels; large or 8-bit mail may be refused. "
            "That STARTTLS disappears is right.",
     .advice = "Compare `capabilities` with `capabilities_tls` in the report. Look for a proxy that ends TLS itself, "
               "and for options that differ inside TLS, then offer the same on both sides.",
     .reference = "RFC 3207 §4.2"},
    {.code = "tls.stripped",
     .severity = Severity::warning,
     .title = "STARTTLS was offered before and is gone",
     .why = "It was offered within the last seven days and is missing now, or it is masked. Either the server lost its "
            "TLS setup, or a device on the way removes the offer, as an attacker would. Under MTA-STS enforce or DANE "
            "senders stop delivering.",
     .advice = "Try on the server itself: `openssl s_client -starttls smtp -connect localhost:25`. If STARTTLS is "
               "there, something in between strips it: look at firewalls and their SMTP inspection. If not, restore "
               "certificate, key and TLS settings and reload the server.",
     .reference = "RFC 3207 §6"},
});

}  // namespace mxfleet
