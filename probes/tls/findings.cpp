#include "probes/tls/findings.hpp"

#include <algorithm>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

using Found = std::optional<Statement>;

/// A certificate that nothing else is held against: only then does its date alone break verified mail.
bool is_good_but_for_dates(const TlsFacts& facts) {
    return facts.chain->trusted && facts.name_match;
}

Found expired(const TlsFacts& facts, const CertificateTerms& terms) {
    const Duration left = facts.leaf()->not_after - terms.now;
    if (left >= Duration::zero()) return std::nullopt;
    const Severity severity = is_good_but_for_dates(facts) ? Severity::critical : Severity::warning;
    return Statement("cert.expired", severity, "certificate expired " + in_words(-left) + " ago");
}

Found expires_soon(const TlsFacts& facts, const CertificateTerms& terms) {
    const Duration left = facts.leaf()->not_after - terms.now;
    if (left < Duration::zero() || left >= terms.expiry_warning) return std::nullopt;
    const Severity severity = left < terms.expiry_critical ? Severity::critical : Severity::warning;
    return Statement("cert.expires_soon", severity, "certificate expires in " + in_words(left));
}

/// A certificate above the leaf that is out of its dates breaks verification just as well.
Found chain_expired(const TlsFacts& facts, const CertificateTerms& terms) {
    const auto& until = facts.chain->not_after;
    if (facts.leaf()->not_after < terms.now || !until || *until >= terms.now) return std::nullopt;
    const Severity severity = is_good_but_for_dates(facts) ? Severity::critical : Severity::warning;
    return Statement("cert.expired", severity,
                     "a certificate above the server's own expired " + in_words(terms.now - *until) + " ago");
}

Found not_yet_valid(const TlsFacts& facts, const CertificateTerms& terms) {
    const Duration wait = facts.leaf()->not_before - terms.now;
    if (wait <= Duration::zero()) return std::nullopt;
    return Statement("cert.not_yet_valid", "certificate becomes valid in " + in_words(wait));
}

Found self_signed(const TlsFacts& facts, const CertificateTerms&) {
    if (facts.chain->trusted || !facts.leaf()->self_signed) return std::nullopt;
    return Statement("cert.self_signed", "certificate is signed by itself: " + facts.leaf()->subject);
}

Found untrusted(const TlsFacts& facts, const CertificateTerms&) {
    if (facts.chain->trusted || facts.leaf()->self_signed) return std::nullopt;
    return Statement("cert.untrusted", "chain leads to no trusted root: issued by " + facts.leaf()->issuer);
}

Found incomplete(const TlsFacts& facts, const CertificateTerms&) {
    if (facts.chain->chain_complete) return std::nullopt;
    return Statement("cert.chain_incomplete", "issuer was not sent: " + facts.chain->sent.back().issuer);
}

Found name_mismatch(const TlsFacts& facts, const CertificateTerms& terms) {
    if (facts.name_match) return std::nullopt;
    const auto& names = facts.leaf()->names;
    const std::string has = names.empty() ? "no host name" : listed(names);
    return Statement("cert.name_mismatch", "certificate is for " + has + ", not for " + std::string(terms.host));
}

Found weak_key(const TlsFacts& facts, const CertificateTerms&) {
    const auto weak = std::ranges::find(facts.chain->sent, true, &CertificateFacts::weak_key);
    if (weak == facts.chain->sent.end()) return std::nullopt;
    return Statement("cert.weak_key", "weak key, " + weak->key + ": " + weak->subject);
}

Found weak_signature(const TlsFacts& facts, const CertificateTerms&) {
    const auto weak = std::ranges::find(facts.chain->sent, true, &CertificateFacts::weak_signature);
    if (weak == facts.chain->sent.end()) return std::nullopt;
    return Statement("cert.weak_signature", "weak signature, " + weak->signature + ": " + weak->subject);
}

constexpr auto rules = std::to_array({&expired, &expires_soon, &chain_expired, &not_yet_valid, &self_signed, &untrusted,
                                      &incomplete, &name_mismatch, &weak_key, &weak_signature});

/// What DANE-EE makes irrelevant (RFC 7672 §3.1.1; CHECKS §5): an alarm would be wrong.
constexpr auto settled_by_dane_ee = std::to_array<FindingCode>(
    {"cert.expired", "cert.self_signed", "cert.untrusted", "cert.chain_incomplete", "cert.name_mismatch"});

/// What a kind of handshake shows that ordinary ones do not.
void judge_other_certificate(RareHandshake kind, const RareHandshakes& found, const CertificateTerms& terms,
                             std::vector<Statement>& statements) {
    const auto& facts = found[kind];
    if (!facts || !facts->chain) return;
    const TlsFacts shown{{}, {}, facts->chain, facts->name_match};
    for (const Statement& each : judge_certificate(shown, terms)) {
        const std::string summary = "the " + std::string(name(kind)) + " certificate: " + each.summary;
        statements.emplace_back(each.code, each.severity, summary);
    }
}

}  // namespace

std::vector<Statement> judge_rare_handshakes(const RareHandshakes& found, const CertificateTerms& terms) {
    std::vector<Statement> statements;
    std::vector<std::string_view> old;
    for (const RareHandshake kind : {RareHandshake::tls_1_0, RareHandshake::tls_1_1}) {
        if (found.accepts(kind)) old.push_back(name(kind));
    }
    if (!old.empty())
        statements.push_back(Statement("tls.legacy_protocol", "accepted besides newer ones: " + listed(old)));
    for (const RareHandshake kind : {RareHandshake::rsa, RareHandshake::ecdsa})
        judge_other_certificate(kind, found, terms, statements);
    return statements;
}

std::vector<Statement> judge_certificate(const TlsFacts& facts, const CertificateTerms& terms) {
    std::vector<Statement> statements;
    if (facts.leaf() == nullptr) return statements;
    for (const auto rule : rules) {
        if (auto found = rule(facts, terms)) statements.push_back(std::move(*found));
    }
    for (Statement& statement : statements) {
        const bool is_settled = std::ranges::find(settled_by_dane_ee, statement.code) != settled_by_dane_ee.end();
        if (terms.dane_ee_matches && is_settled) statement.severity = Severity::info;
    }
    return statements;
}

}  // namespace mxfleet
