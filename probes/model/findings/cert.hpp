// Findings about certificates (CHECKS §4). Where DANE-EE matches, they are information.
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto cert_findings = std::to_array<FindingRow>({
    {.code = "cert.expired",
     .severity = Severity::warning,
     .title = "the certificate has expired",
     .why = "Most senders encrypt without looking at dates and still deliver; those that verify, as under MTA-STS "
            "enforce, do not. Critical where chain and name are otherwise good: even those delivered until now. Where "
            "a DANE-EE record matches, the date does not matter.",
     .advice = "Renew the certificate, install the full chain and reload the mail server: `postfix reload`, or restart "
               "what ends TLS. Make the renewal job do that. Verify with `openssl s_client -starttls smtp -connect "
               "HOST:25 </dev/null | openssl x509 -noout -dates`.",
     .reference = "RFC 5280 §4.1.2.5"},
    {.code = "cert.not_yet_valid",
     .severity = Severity::warning,
     .title = "the certificate is not valid yet",
     .why = "Its start lies in the future: a certificate installed too early, issued by a machine with a wrong clock, "
            "or our own clock is wrong. Senders that verify do not deliver until then; the others do.",
     .advice = "Compare `openssl x509 -noout -dates -in CERT` with `date -u`. Serve the earlier certificate until the "
               "start, or issue it anew. If several servers show this at once, see `vantage.clock`.",
     .reference = "RFC 5280 §4.1.2.5"},
    {.code = "cert.self_signed",
     .severity = Severity::warning,
     .title = "the certificate is self-signed",
     .why = "Nobody but the server itself vouches for it. Most senders encrypt all the same and deliver; those that "
            "verify, as under MTA-STS enforce, do not. With a matching DANE-EE record in a signed zone it is in order.",
     .advice = "Get a certificate for the MX host name from a public CA (ACME is free), or publish a `TLSA 3 1 1` "
               "record in a signed zone. It is fixed when `openssl s_client -starttls smtp -connect HOST:25 "
               "-verify_hostname HOST` ends with \"Verify return code: 0 (ok)\".",
     .reference = "RFC 5280 §3.2, RFC 8461 §4.2"},
    {.code = "cert.untrusted",
     .severity = Severity::warning,
     .title = "the certificate chain does not lead to a trusted root",
     .why = "The issuer is private or no longer trusted, or an intermediate is missing (then `cert.chain_incomplete` "
            "is said too). Most senders encrypt and deliver all the same; those that verify, as under MTA-STS enforce, "
            "do not.",
     .advice = "Use a certificate of a public CA and send the leaf with its intermediates. If a private CA is meant, "
               "name its root to the agent in `tls.ca_file`. Verify with `openssl s_client -starttls smtp -connect "
               "HOST:25`: \"Verify return code: 0 (ok)\".",
     .reference = "RFC 5280 §6.1, RFC 8461 §4.2"},
    {.code = "cert.chain_incomplete",
     .severity = Severity::warning,
     .title = "an intermediate certificate is missing",
     .why = "The issuer of the last certificate sent is no trusted root and was not sent. Clients that happen to know "
            "it succeed, the rest cannot verify; browsers fetch it, mail servers do not.",
     .advice = "Serve the full chain, the leaf first. Postfix: `smtpd_tls_chain_files = privkey.pem, fullchain.pem`; "
               "Exim: `tls_certificate = fullchain.pem`. Verify with `openssl s_client -starttls smtp -showcerts "
               "-connect HOST:25`: each issuer is the next subject.",
     .reference = "RFC 8446 §4.4.2"},
    {.code = "cert.name_mismatch",
     .severity = Severity::warning,
     .title = "the certificate does not name the MX host",
     .why = "None of its DNS names (subjectAltName; the common name does not count) is the MX host name as published. "
            "Most senders deliver all the same; under MTA-STS enforce they do not. Naming only the mail domain is not "
            "enough.",
     .advice = "Issue the certificate for the MX host name (`certbot certonly -d HOST`), or let the MX name a host "
               "that it covers. A wildcard covers one label. If the server picks by SNI, look at the one it gives for "
               "that name: `openssl s_client -starttls smtp -servername HOST -connect HOST:25`.",
     .reference = "RFC 8461 §4.2, RFC 6125 §6.4"},
    {.code = "cert.weak_key",
     .severity = Severity::warning,
     .title = "the certificate's key is too short",
     .why = "RSA below 2048 bits or EC below 224 bits can be broken with enough effort, and public CAs no longer sign "
            "it. Many TLS libraries refuse such a key, so the handshake may fail with some senders.",
     .advice = "Make a new key, EC P-256 or RSA 2048, and get a certificate for it; adjust TLSA records first if there "
               "are any. Verify with `openssl x509 -noout -text -in CERT | grep Public-Key`.",
     .reference = "RFC 9325 §4.5"},
    {.code = "cert.weak_signature",
     .severity = Severity::warning,
     .title = "the certificate is signed with MD5 or SHA-1",
     .why = "Such signatures can be forged, and current TLS libraries do not accept them; senders that verify then "
            "treat the chain as untrusted. On a root certificate, which is trusted by itself, it does not matter.",
     .advice = "Get a certificate and intermediates signed with SHA-256 or better; reissuing is usually free. Verify "
               "with `openssl x509 -noout -text -in CERT | grep 'Signature Algorithm'`.",
     .reference = "RFC 9325 §4.5, RFC 8446 §4.4.2"},
    {.code = "cert.expires_soon",
     .severity = Severity::warning,
     .title = "the certificate expires soon",
     .why = "Less than `tls.expiry_warning` is left (critical: `tls.expiry_critical`). A renewal job should have "
            "replaced it by now, so it has probably failed, or the server was not reloaded after it ran.",
     .advice = "Try `certbot renew --dry-run` or your client's like and look at its timer and log. If the file on disk "
               "is newer than what is served, reload the server and add that to the renewal job. It is fixed when the "
               "served certificate has the later date.",
     .reference = "RFC 5280 §4.1.2.5"},
});

}  // namespace mxfleet
