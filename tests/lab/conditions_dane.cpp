// Conditions of TLSA records (RFC 7672), in zones that the lab's resolver says are signed.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

/// A server whose certificate nobody but its TLSA records vouches for.
Host host_with(std::vector<std::string> tlsa) {
    return {.tlsa = std::move(tlsa), .server = {.certificate = {.issuer = CertificateSpec::Issuer::itself}}};
}

Host with_requiretls(Host host) {
    host.server.capabilities_in_tls = host.server.capabilities;
    host.server.capabilities_in_tls.emplace_back("REQUIRETLS");
    return host;
}

Expectation for_senders(Expectation expect, Senders senders) {
    expect.senders = std::move(senders);
    return expect;
}

Host host_without_lookup(DnsFault fault) {
    Host host = host_with({"3 1 1 own"});
    host.server.certificate = {};
    host.tlsa_fault = fault;
    return host;
}

/// Others deliver; senders that honour DANE do not.
Expectation keeps_dane_out(Codes findings) {
    findings.emplace_back("mail.undeliverable");
    return for_senders(is_critical(std::move(findings)), {{"plain", "deliverable"}, {"dane", "undeliverable"}});
}

/// RFC 8689: worth something only where it is known whose server it is.
std::vector<Condition> requiretls() {
    return {
        {.name = "requiretls-dane",
         .sick = "nothing: REQUIRETLS is offered by a server that a TLSA record vouches for",
         .hosts = {with_requiretls(host_with({"3 1 1 own"}))},
         .is_signed = true,
         .expect = for_senders(informs({"cert.self_signed"}), {{"requiretls", "deliverable"}})},
        {.name = "requiretls-dnssec",
         .sick = "nothing: REQUIRETLS is offered under a good certificate by the MX of a signed zone",
         .hosts = {with_requiretls(Host{})},
         .is_signed = true,
         .expect = for_senders({}, {{"requiretls", "deliverable"}})},
        {.name = "requiretls-unvouched",
         .sick = "nothing, but nobody vouches for the MX that offers REQUIRETLS",
         .hosts = {with_requiretls(Host{})},
         .expect = for_senders({}, {{"plain", "deliverable"}, {"requiretls", "undeliverable"}})},
    };
}

}  // namespace

std::vector<Condition> dane_conditions() {
    Host in_clear = host_with({"3 1 1 other"});
    in_clear.server.offers_starttls = false;
    in_clear.expect = endpoint_is::plain;
    std::vector<Condition> conditions = {
        {.name = "dane-match",
         .sick = "nothing: a TLSA record names the key, so that the certificate may be signed by itself",
         .hosts = {host_with({"3 1 1 own"})},
         .expect = for_senders(informs({"cert.self_signed"}),
                               {{"plain", "deliverable"}, {"dane", "deliverable"}, {"requiretls", "undeliverable"}})},
        {.name = "dane-mismatch",
         .sick = "no TLSA record matches the certificate",
         .hosts = {host_with({"3 1 1 other"})},
         .expect = keeps_dane_out({"dane.mismatch", "cert.self_signed"})},
        {.name = "dane-rollover",
         .sick = "nothing: a TLSA record for the next key stands beside that of this one",
         .hosts = {host_with({"3 1 1 own", "3 1 1 other"})},
         .expect = informs({"dane.unmatched_record"})},
        {.name = "dane-certificate",
         .sick = "nothing yet: the only TLSA record is a digest of the whole certificate",
         .hosts = {host_with({"3 0 1 own"})},
         .expect = informs({"dane.rollover_risk"})},
        {.name = "dane-unusable",
         .sick = "the only TLSA record is of a kind that SMTP does not use",
         .hosts = {host_with({"1 1 1 own"})},
         .expect = warns({"dane.unusable", "cert.self_signed"})},
        {.name = "dane-without-tls",
         .sick = "a TLSA record, and no STARTTLS",
         .hosts = {in_clear},
         .expect = keeps_dane_out({"dane.tls_unavailable", "tls.not_offered"})},
        {.name = "dane-servfail",
         .sick = "the question for TLSA records is answered SERVFAIL",
         .hosts = {host_without_lookup(DnsFault::servfail)},
         .expect = keeps_dane_out({"dane.lookup_failed"})},
        {.name = "dane-bogus",
         .sick = "the TLSA records are bogus",
         .hosts = {host_without_lookup(DnsFault::bogus)},
         .expect = keeps_dane_out({"dane.lookup_failed"})},
    };
    for (Condition& condition : conditions)
        condition.is_signed = true;
    conditions.push_back(
        {.name = "dane-unsigned",
         .sick = "nothing that anybody goes by: a TLSA record that does not match, in a zone that is not signed",
         .hosts = {host_with({"3 1 1 other"})},
         .expect = for_senders(warns({"cert.self_signed"}), {{"dane", "deliverable"}})});
    const auto further = requiretls();
    conditions.insert(conditions.end(), further.begin(), further.end());
    return conditions;
}

}  // namespace mxfleet::lab
