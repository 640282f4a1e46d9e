// Findings about TLSA records (CHECKS §5).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto dane_findings = std::to_array<FindingRow>({
    {.code = "dane.mismatch",
     .severity = Severity::critical,
     .title = "no TLSA record matches the certificate",
     .why = "The zone is signed and the records can be used, so DANE senders must authenticate the server, and cannot. "
            "They keep the mail and bounce it after days; other senders deliver. Usually the certificate was renewed "
            "with a new key.",
     .advice = "Publish the record for the key in use at once: `postfix tls output-server-tlsa` prints it, or use "
               "`openssl x509 -in CERT -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum` for `TLSA 3 1 "
               "1`. Keep the old records until their TTL is over. Next time publish first.",
     .reference = "RFC 7672 §2.2, RFC 7671 §8.1"},
    {.code = "dane.lookup_failed",
     .severity = Severity::critical,
     .title = "the TLSA lookup fails",
     .why = "The answer for the TLSA name is an error or bogus. DANE senders must then treat the host as unreachable "
            "and hold the mail, even though all others reach it. Usually the name servers do not answer TLSA "
            "questions, or a signature has expired.",
     .advice = "Compare `dig +dnssec _25._tcp.HOST TLSA` with the same and `+cd`, and ask each name server directly. "
               "They must give records or a signed \"no such name or data\", never an error. Sign the zone again, or "
               "change the name server or balancer that drops the question.",
     .reference = "RFC 7672 §2.1.2"},
    {.code = "dane.unusable",
     .severity = Severity::warning,
     .title = "the TLSA records cannot be used for SMTP",
     .why = "All of them have usage 0 or 1, parameters that are not known, or malformed data. DANE senders must still "
            "use TLS, but cannot authenticate the server: the records do not protect against somebody who answers in "
            "its place.",
     .advice = "Publish the server's key as `_25._tcp.HOST. TLSA 3 1 1 SHA256` and remove the others. It is fixed when "
               "`dig +short _25._tcp.HOST TLSA` shows a record that begins with 3 (or 2).",
     .reference = "RFC 7672 §2.2, §3.1.3"},
    {.code = "dane.tls_unavailable",
     .severity = Severity::warning,
     .title = "TLSA records are published, but TLS does not work",
     .why = "Secure TLSA records tell senders to use TLS or not to deliver. Since STARTTLS is missing or fails here, "
            "DANE senders hold their mail; the others deliver in clear.",
     .advice = "Repair STARTTLS; the `tls` findings of this endpoint say what is wrong. If TLS must stay off for long, "
               "remove the TLSA records; mail flows again once their TTL is over.",
     .reference = "RFC 7672 §2.2"},
    {.code = "dane.rollover_risk",
     .severity = Severity::info,
     .title = "the TLSA records will break at the next renewal",
     .why = "The only record is a digest of a whole certificate (`3 0 1` or `2 0 1`), which every renewal changes. "
            "Until the record follows, DANE senders will hold their mail. Today all is well.",
     .advice = "Use `3 1 1`, the digest of the key, and keep the key when renewing (`certbot --reuse-key`); or publish "
               "the record for the next certificate at least two TTLs before switching.",
     .reference = "RFC 7671 §8.1"},
    {.code = "dane.unmatched_record",
     .severity = Severity::info,
     .title = "a TLSA record matches nothing that the server presents",
     .why = "Another record matches, so mail flows. A record for the next key, published ahead, is good practice; a "
            "left-over one only misleads, and would trust a key that you may have given up.",
     .advice = "Do nothing if it belongs to the next or a backup key, or to another certificate of this host (RSA "
               "beside ECDSA). Otherwise remove it.",
     .reference = "RFC 7671 §8.1"},
});

}  // namespace mxfleet
