// Conditions of handshakes that are rare, or that look at a server from another side: old versions, either kind of key,
// no name, certificates without end, and how TLS is left.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

using Spec = CertificateSpec;

Condition shaking(std::string_view name, std::string_view sick, Server server, EndpointExpectation endpoint,
                  Expectation expect) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.server = std::move(server), .expect = endpoint}},
            .expect = std::move(expect)};
}

/// Well as far as an ordinary session sees, and not as a rarer handshake does.
Expectation deep_down(Codes findings) {
    Expectation expect{.verdict = "", .findings_deep = std::move(findings)};
    expect.is_deep_daily = true;
    return expect;
}

std::vector<Condition> rare_handshakes() {
    const CertificateSpec expired_rsa{.valid_until = days{-3}, .key = Spec::Key::rsa_2048};
    const CertificateSpec other{.names = {"other.example"}, .common_name = "other.example"};
    return {
        shaking("tls-legacy-too", "besides today's TLS 1.0 and 1.1 are spoken", {.tls_versions = TlsVersions::all},
                endpoint_is::healthy, deep_down({"tls.legacy_protocol"})),
        shaking("two-keys", "nothing: RSA and ECDSA certificates, both good",
                {.second_certificate = CertificateSpec{.key = Spec::Key::rsa_2048}}, endpoint_is::healthy, {}),
        shaking("two-keys-one-expired", "the RSA certificate beside a good ECDSA one expired three days ago",
                {.second_certificate = expired_rsa}, endpoint_is::healthy, deep_down({"cert.expired"})),
        shaking("nameless-other-certificate", "nothing: who names no host gets another host's certificate",
                {.nameless_certificate = other}, endpoint_is::healthy, {}),
    };
}

std::vector<Condition> certificates() {
    return {
        shaking("chain-of-100", "nothing: 100 certificates are sent, nearly all of them for nothing",
                {.certificate = {.sent = Spec::Sent::hundred}}, endpoint_is::healthy, {}),
        shaking("chain-of-a-megabyte", "a megabyte of certificates is sent",
                {.certificate = {.sent = Spec::Sent::megabyte}}, endpoint_is::without_handshake,
                warns({"tls.handshake_failed"})),
        shaking("tls-asks-for-certificate", "nothing: the client is asked for a certificate and may have none",
                {.client_certificate = ClientCertificate::asked_for}, endpoint_is::healthy, {}),
        shaking("tls-demands-certificate", "a client without a certificate is refused",
                {.client_certificate = ClientCertificate::demanded}, endpoint_is::without_handshake,
                warns({"tls.handshake_failed"})),
    };
}

std::vector<Condition> leaving() {
    const Reply then_resets = {say("220 2.0.0 Ready to start TLS\r\n"), start_tls(), reset()};
    const Reply parts = {say("221 2.0.0 Bye\r\n"), cut()};
    return {
        shaking("tls-resets-after-handshake", "the connection is reset when TLS is there",
                {.answers = {{"STARTTLS", then_resets}}}, endpoint_is::without_handshake,
                warns({"tls.handshake_failed"})),
        shaking("tls-cut", "EHLO inside TLS is answered by closing the connection, without close_notify",
                {.answers = {{"EHLO", {cut()}}}, .answers_before_tls = {{"EHLO", {usual()}}}},
                endpoint_is::without_handshake, warns({"tls.handshake_failed"})),
        shaking("tls-quit-cut", "nothing that counts: after QUIT the connection is closed without close_notify",
                {.answers = {{"QUIT", parts}}}, endpoint_is::healthy, {}),
    };
}

}  // namespace

std::vector<Condition> tls_depth_conditions() {
    std::vector<Condition> all;
    for (auto* const group : {rare_handshakes, certificates, leaving}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace mxfleet::lab
