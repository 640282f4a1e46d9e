#include "probes/io/dane.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <span>
#include <string>

#include "probes/io/tls_client.hpp"
#include "probes/io/tls_library.hpp"

namespace mxfleet {
namespace {

constexpr std::uint8_t dane_ta = 2;
constexpr std::uint8_t dane_ee = 3;

using StoreContextPointer = std::unique_ptr<X509_STORE_CTX, Freeing<&X509_STORE_CTX_free>>;

/// Whose connections are never connected: they carry TLSA records to the verifier.
SSL_CTX* dane_context() {
    static const SslContextPointer context = [] {
        SslContextPointer made(SSL_CTX_new_ex(tls_library(), nullptr, TLS_client_method()));
        if (made && SSL_CTX_dane_enable(made.get()) != 1) made.reset();
        return made;
    }();
    return context.get();
}

/// Null through our own fault only.
SslPointer carrier(const char* base) {
    SslPointer ssl(dane_context() != nullptr ? SSL_new(dane_context()) : nullptr);
    if (!ssl || SSL_dane_enable(ssl.get(), base) != 1) return nullptr;
    SSL_dane_set_flags(ssl.get(), DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    return ssl;
}

bool add(const SslPointer& ssl, const TlsaRecord& record) {
    const int added = SSL_dane_tlsa_add(ssl.get(), record.usage, record.selector, record.matching, record.data.data(),
                                        record.data.size());
    ERR_clear_error();
    return added == 1;
}

DaneMatch match_of(const SslPointer& ssl) {
    std::uint8_t usage = 0;
    const int depth = SSL_get0_dane_tlsa(ssl.get(), &usage, nullptr, nullptr, nullptr, nullptr);
    if (depth < 0) return DaneMatch::none;
    return usage == dane_ee ? DaneMatch::end_entity : DaneMatch::trust_anchor;
}

/// What was presented, and the name that it should carry.
struct Presented {
    std::string base;
    X509* leaf;
    STACK_OF(X509) * sent;
};

/// One verification against some records. The name plays no part in it if `any_name`.
std::optional<DaneMatch> verify(std::span<const TlsaRecord> records, const Presented& presented, bool any_name) {
    static const TrustStore nobody(X509_STORE_new(), &X509_STORE_free);  // DANE-TA and DANE-EE need no other trust
    const SslPointer ssl = carrier(presented.base.c_str());
    const StoreContextPointer context(X509_STORE_CTX_new_ex(tls_library(), nullptr));
    if (!ssl || !context || !nobody) return std::nullopt;
    for (const TlsaRecord& record : records)
        add(ssl, record);
    if (X509_STORE_CTX_init(context.get(), nobody.get(), presented.leaf, presented.sent) != 1) return std::nullopt;
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
    X509_STORE_CTX_set0_dane(context.get(), SSL_get0_dane(ssl.get()));
    X509_VERIFY_PARAM* const terms = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_hostflags(terms, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!any_name) X509_VERIFY_PARAM_set1_host(terms, presented.base.data(), presented.base.size());

    const bool verified = X509_verify_cert(context.get()) == 1;
    const int error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (verified) return match_of(ssl);
    if (error != X509_V_ERR_HOSTNAME_MISMATCH || any_name) return DaneMatch::none;
    const auto otherwise = verify(records, presented, true);
    return otherwise == DaneMatch::trust_anchor ? DaneMatch::other_name : otherwise;
}

}  // namespace

bool is_usable(const TlsaRecord& record) {
    if (record.usage != dane_ta && record.usage != dane_ee) return false;
    const SslPointer ssl = carrier("mx.invalid");
    return ssl && add(ssl, record);
}

TlsaFacts assess_tlsa(std::string_view base, std::vector<TlsaRecord> records) {
    TlsaFacts facts;
    facts.base = base;
    std::size_t bytes = 0;
    std::erase_if(records, [&](const TlsaRecord& each) { return (bytes += each.data.size()) > tlsa_bytes_limit; });
    if (records.size() > tlsa_record_limit) records.resize(tlsa_record_limit);
    std::ranges::sort(records);  // resolvers give them in another order each time
    const auto unusable = std::ranges::stable_partition(records, &is_usable);
    facts.usable = records.size() - unusable.size();
    facts.state = facts.usable > 0 ? TlsaState::usable : TlsaState::unusable;
    facts.records = std::move(records);
    return facts;
}

std::shared_ptr<const DaneFacts> verify_dane(const SharedTlsa& tlsa, X509* leaf, STACK_OF(X509) * sent) {
    const Presented presented{tlsa->base, leaf, sent};
    const std::span records = tlsa->usable_records();
    const auto match = verify(records, presented, false);
    if (!match) return nullptr;
    DaneFacts facts{tlsa, *match, {}};
    for (std::size_t at = 0; at < records.size() && records.size() > 1; ++at) {
        const auto alone = verify(records.subspan(at, 1), presented, true);
        if (alone == DaneMatch::none) facts.unmatched.push_back(at);
    }
    return std::make_shared<const DaneFacts>(std::move(facts));
}

}  // namespace mxfleet
