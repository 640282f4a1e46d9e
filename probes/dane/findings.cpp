#include "probes/dane/findings.hpp"

#include <algorithm>
#include <string>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

std::string described(std::span<const TlsaRecord> records) {
    std::vector<std::string> texts;
    texts.reserve(records.size());
    constexpr std::size_t digest_of_sha256 = 6 + 64;
    for (const TlsaRecord& record : records)
        texts.push_back(text_of(record).substr(0, digest_of_sha256));
    return listed(texts);
}

/// RFC 7671 §8.1: a whole certificate, which every renewal changes, or its digest, and no other record.
bool breaks_at_renewal(const TlsaFacts& tlsa) {
    return tlsa.usable == 1 && tlsa.records.front().selector == 0;
}

}  // namespace

std::vector<Statement> judge_tlsa(const TlsaFacts& tlsa) {
    std::vector<Statement> statements;
    switch (tlsa.state) {
        case TlsaState::absent:
        case TlsaState::insecure: break;
        case TlsaState::lookup_failed:
            statements.push_back(
                Statement("dane.lookup_failed", "TLSA records of " + std::string(tlsa.base) + " cannot be looked up: " +
                                                    std::string(name(tlsa.error.value_or(DnsError::servfail)))));
            break;
        case TlsaState::unusable:
            statements.push_back(Statement("dane.unusable", "no TLSA record of " + std::string(tlsa.base) +
                                                                " can be used: " + described(tlsa.records)));
            break;
        case TlsaState::usable:
            if (!breaks_at_renewal(tlsa)) break;
            statements.push_back(
                Statement("dane.rollover_risk", "the only TLSA record of " + std::string(tlsa.base) +
                                                    " is of a whole certificate: " + described(tlsa.usable_records())));
            break;
    }
    return statements;
}

Statement dane_name_mismatch(const DaneFacts& dane, const std::vector<std::string>& carried) {
    const std::string names = carried.empty() ? "no host name" : listed(carried);
    return {"dane.mismatch", "a trust anchor in the TLSA records of " + std::string(dane.tlsa->base) +
                                 " matches, but the certificate is for " + names};
}

std::vector<Statement> judge_dane(const DaneFacts& dane) {
    std::vector<Statement> statements;
    if (dane.match == DaneMatch::none) {
        statements.push_back(Statement(
            "dane.mismatch", "no TLSA record of " + std::string(dane.tlsa->base) +
                                 " matches what the server presents: " + described(dane.tlsa->usable_records())));
    } else if (!dane.unmatched.empty()) {
        std::vector<TlsaRecord> records;
        for (const std::size_t at : dane.unmatched)
            records.push_back(dane.tlsa->records[at]);
        statements.push_back(
            Statement("dane.unmatched_record", "matches nothing that the server presents: " + described(records)));
    }
    return statements;
}

std::optional<Statement> judge_required_tls(const TlsaFacts& tlsa, StartTls outcome) {
    if (!tlsa.requires_tls() || has_tls(outcome) != false) return std::nullopt;
    return Statement("dane.tls_unavailable", std::string(tlsa.base) + " has secure TLSA records, and STARTTLS is " +
                                                 (outcome == StartTls::not_offered ? "not offered" : "broken"));
}

std::optional<bool> has_tls(StartTls outcome) {
    switch (outcome) {
        case StartTls::ok: return true;
        case StartTls::temporary: return std::nullopt;
        case StartTls::not_offered:
        case StartTls::broken:
        case StartTls::failed: return false;
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
