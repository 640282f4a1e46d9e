// Conditions of STARTTLS, handshake and certificate.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

using Spec = CertificateSpec;

std::vector<Condition> healthy_tls() {
    return {
        {.name = "healthy",
         .sick = "nothing: TLS 1.2 and 1.3, RSA certificate",
         .hosts = {{.server = {.certificate = {.key = Spec::Key::rsa_2048}}}}},
        {.name = "healthy-ecdsa", .sick = "nothing: ECDSA certificate"},
        {.name = "healthy-wildcard",
         .sick = "nothing: the certificate's name is a wildcard for the whole left-most label",
         .hosts = {{.server = {.certificate = {.names = {"*.{domain}"}, .common_name = "any"}}}}},
        {.name = "healthy-tls-1-2",
         .sick = "nothing: TLS 1.2 is the only version, which is fine",
         .hosts = {{.server = {.tls_versions = TlsVersions::only_1_2}}}},
        {.name = "cert-expired-extra",
         .sick = "nothing: an expired certificate is sent along that no verified path needs",
         .hosts = {{.server = {.certificate = {.sent = Spec::Sent::expired_extra}}}}},
    };
}

std::vector<Condition> certificate_dates() {
    return {
        {.name = "cert-expired",
         .sick = "the certificate expired three days ago; chain and name are good",
         .hosts = {{.server = {.certificate = {.valid_until = days{-3}}}}},
         .expect = is_critical({"cert.expired"})},
        {.name = "cert-not-yet-valid",
         .sick = "the certificate is valid from three days ahead",
         .hosts = {{.server = {.certificate = {.valid_from = days{3}}}}},
         .expect = warns({"cert.not_yet_valid"})},
        {.name = "cert-expires-soon",
         .sick = "the certificate expires in 14 days",
         .hosts = {{.server = {.certificate = {.valid_until = days{14}}}}},
         .expect = warns({"cert.expires_soon"})},
        {.name = "cert-expires-very-soon",
         .sick = "the certificate expires in 3 days",
         .hosts = {{.server = {.certificate = {.valid_until = days{3}}}}},
         .expect = is_critical({"cert.expires_soon"})},
    };
}

std::vector<Condition> certificate_names() {
    return {
        {.name = "cert-wrong-name",
         .sick = "the certificate is for another host",
         .hosts = {{.server = {.certificate = {.names = {"other.example"}, .common_name = "other.example"}}}},
         .expect = warns({"cert.name_mismatch"})},
        {.name = "cert-domain-only",
         .sick = "the certificate names the mail domain, not the exchange",
         .hosts = {{.server = {.certificate = {.names = {"{domain}"}, .common_name = "{domain}"}}}},
         .expect = warns({"cert.name_mismatch"})},
        {.name = "cert-common-name-only",
         .sick = "the exchange's name stands in the common name and in no subjectAltName",
         .hosts = {{.server = {.certificate = {.names = {}}}}},
         .expect = warns({"cert.name_mismatch"})},
        {.name = "cert-partial-wildcard",
         .sick = "the certificate's wildcard is only part of a label (mx*)",
         .hosts = {{.server = {.certificate = {.names = {"mx*.{domain}"}, .common_name = "any"}}}},
         .expect = warns({"cert.name_mismatch"})},
    };
}

std::vector<Condition> certificate_chains() {
    return {
        {.name = "cert-self-signed",
         .sick = "the certificate is signed by itself",
         .hosts = {{.server = {.certificate = {.issuer = Spec::Issuer::itself, .sent = Spec::Sent::leaf_only}}}},
         .expect = warns({"cert.self_signed"})},
        {.name = "cert-untrusted",
         .sick = "the certificate's root is nobody's, and is sent along",
         .hosts = {{.server = {.certificate = {.issuer = Spec::Issuer::stranger}}}},
         .expect = warns({"cert.untrusted"})},
        {.name = "cert-untrusted-alone",
         .sick = "the certificate's root is nobody's, and is not sent",
         .hosts = {{.server = {.certificate = {.issuer = Spec::Issuer::stranger, .sent = Spec::Sent::leaf_only}}}},
         .expect = warns({"cert.chain_incomplete", "cert.untrusted"})},
        {.name = "cert-chain-incomplete",
         .sick = "the intermediate certificate is not sent",
         .hosts = {{.server = {.certificate = {.sent = Spec::Sent::leaf_only}}}},
         .expect = warns({"cert.chain_incomplete", "cert.untrusted"})},
        {.name = "cert-everything-wrong",
         .sick = "the certificate is expired, self-signed and for another host",
         .hosts = {{.server = {.certificate = {.names = {"other.example"},
                                               .common_name = "other.example",
                                               .valid_until = days{-3},
                                               .issuer = Spec::Issuer::itself,
                                               .sent = Spec::Sent::leaf_only}}}},
         .expect = warns({"cert.expired", "cert.name_mismatch", "cert.self_signed"})},
        {.name = "cert-weak-key",
         .sick = "the certificate's RSA key has 1024 bits",
         .hosts = {{.server = {.certificate = {.key = Spec::Key::rsa_1024}}}},
         .expect = warns({"cert.weak_key"})},
        {.name = "cert-weak-signature",
         .sick = "the certificate is signed with SHA-1",
         .hosts = {{.server = {.certificate = {.digest = Spec::Digest::sha1}}}},
         .expect = warns({"cert.weak_signature"})},
    };
}

/// One exchange with two addresses, of which the second has a bad certificate.
Condition unlike_siblings() {
    const CertificateSpec other{.names = {"other.example"}, .common_name = "other.example"};
    return {.name = "siblings-certificate",
            .sick = "the second address of the exchange has another host's certificate",
            .hosts = {Host{}, {.server = {.certificate = other}}},
            .expect = warns({"cert.name_mismatch", "siblings.differ"})};
}

/// One that lost its TLS setup, so that a part of the mail goes in clear.
Condition half_without_tls() {
    return {.name = "siblings-starttls",
            .sick = "the second address of the exchange does not offer STARTTLS",
            .hosts = {Host{}, {.server = {.offers_starttls = false}, .expect = endpoint_is::plain}},
            .expect = warns({"tls.not_offered", "siblings.differ"})};
}

/// What is said of it depends on which of its sessions was the last; that it flaps is said once there were some.
Condition flapping_starttls() {
    return {.name = "starttls-flaps",
            .sick = "STARTTLS is offered in every second session only",
            .hosts = {{.server = by_turns({.offers_starttls = false}), .expect = {.starttls = ""}}},
            .expect = {.verdict = "", .may = {"tls.not_offered", "tls.stripped"}, .later = {"smtp.flapping"}}};
}

Reply go_ahead_then(Reply rest) {
    rest.insert(rest.begin(), say("220 2.0.0 Ready to start TLS\r\n"));
    return rest;
}

std::vector<Condition> starttls() {
    return {
        {.name = "no-starttls",
         .sick = "STARTTLS is not offered",
         .hosts = {{.server = {.offers_starttls = false}, .expect = endpoint_is::plain}},
         .expect = warns({"tls.not_offered"})},
        {.name = "starttls-454",
         .sick = "STARTTLS is offered and answered 454",
         .hosts = {{.server = {.answers = {{"STARTTLS", {say("454 4.7.0 TLS not available just now\r\n")}}}},
                    .expect = {.starttls = "temporary"}}},
         .expect = warns({"tls.starttls_temporary"})},
        {.name = "starttls-5xx",
         .sick = "STARTTLS is offered and answered 554",
         .hosts = {{.server = {.answers = {{"STARTTLS", {say("554 5.7.3 TLS does not work here\r\n")}}}},
                    .expect = {.starttls = "broken"}}},
         .expect = warns({"tls.starttls_broken"})},
        {.name = "starttls-injection",
         .sick = "plain bytes follow the 220 to STARTTLS in the same segment",
         .hosts = {{.server = {.answers_before_tls =
                                   {{"STARTTLS", {say("220 2.0.0 Ready\r\n250 2.0.0 Injected\r\n"), start_tls()}}}}}},
         .expect = warns({"tls.injection"})},
        {.name = "starttls-inside-tls",
         .sick = "STARTTLS is offered again inside TLS",
         .hosts = {{.server = {.capabilities_in_tls = {"PIPELINING", "SIZE 10240000", "STARTTLS", "8BITMIME",
                                                       "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "SMTPUTF8"}}}},
         .expect = informs({"smtp.capability_inconsistent"})},
        {.name = "capabilities-lost",
         .sick = "inside TLS nearly all capabilities are gone",
         .hosts = {{.server = {.capabilities_in_tls = {"ENHANCEDSTATUSCODES"}}}},
         .expect = warns({"tls.capabilities_lost"})},
    };
}

std::vector<Condition> handshakes() {
    constexpr auto failed = endpoint_is::without_handshake;
    Expectation legacy = warns({"tls.handshake_failed"});
    legacy.findings_deep = {"tls.legacy_protocol"};
    // Without a handshake that works, where the relay check ran (plain or not at all) is the checker's choice.
    return {
        {.name = "tls-garbage",
         .sick = "the ClientHello is answered with something that is not TLS",
         .hosts = {{.server = {.answers = {{"STARTTLS",
                                            go_ahead_then({swallow(), say("500 5.5.2 What?\r\n"), hang_up()})}}},
                    .expect = failed}},
         .expect = warns({"tls.handshake_failed"})},
        {.name = "tls-closes",
         .sick = "the connection is closed during the handshake",
         .hosts = {{.server = {.answers = {{"STARTTLS", go_ahead_then({swallow(), hang_up()})}}}, .expect = failed}},
         .expect = warns({"tls.handshake_failed"})},
        {.name = "tls-silent",
         .sick = "the ClientHello is never answered",
         .hosts = {{.server = {.answers = {{"STARTTLS", go_ahead_then({hold()})}}}, .expect = failed}},
         .expect = warns({"tls.handshake_failed"})},
        {.name = "tls-legacy-only",
         .sick = "only TLS 1.0 and 1.1 are spoken",
         .hosts = {{.server = {.tls_versions = TlsVersions::only_legacy}, .expect = failed}},
         .expect = std::move(legacy)},
    };
}

/// What needs a plain MAIL to be seen: with a TLS that works a checker may never send one.
std::vector<Condition> tls_required() {
    const Reply must_issue_starttls = {say("530 5.7.0 Must issue a STARTTLS command first\r\n")};
    const Reply not_now = {say("454 4.7.0 TLS not available just now\r\n")};
    Expectation perhaps;
    perhaps.verdict = "";
    perhaps.may = {"smtp.tls_required"};
    return {
        {.name = "tls-required",
         .sick = "MAIL outside TLS is refused with 530; TLS works",
         .hosts = {{.server = {.answers_before_tls = {{"MAIL", must_issue_starttls}}}}},
         .expect = std::move(perhaps)},
        {.name = "tls-required-broken",
         .sick = "MAIL outside TLS is refused with 530, and TLS does not work",
         .hosts = {{.server = {.answers_before_tls = {{"MAIL", must_issue_starttls}, {"STARTTLS", not_now}}},
                    .expect = {.starttls = "temporary", .relay = ""}}},
         .expect = warns({"smtp.tls_required", "tls.starttls_temporary"})},
    };
}

}  // namespace

std::vector<Condition> tls_conditions() {
    std::vector<Condition> all;
    for (auto* const group :
         {healthy_tls, certificate_dates, certificate_names, certificate_chains, starttls, handshakes, tls_required}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    all.push_back(unlike_siblings());
    all.push_back(half_without_tls());
    all.push_back(flapping_starttls());
    return all;
}

}  // namespace mxfleet::lab
