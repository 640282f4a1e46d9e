#include "probes/io/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <vector>

#include "probes/io/certificate_facts.hpp"
#include "probes/io/tls_library.hpp"

namespace mxfleet {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr auto verified_for = std::chrono::hours{1};
constexpr std::size_t verified_limit = 10'000;

using VerifyErrors = std::vector<int>;
using SharedChain = std::shared_ptr<const ChainFacts>;

int errors_index() {
    static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

void free_chain(void*, void* chain, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<SharedChain*>(chain);
}

int chain_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_chain);
    return index;
}

/// Notes the error and goes on: the verdict is a fact, not the end of the handshake.
int collect_error(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    auto& errors = *static_cast<VerifyErrors*>(X509_STORE_CTX_get_ex_data(context, errors_index()));
    const int error = X509_STORE_CTX_get_error(context);
    if (std::ranges::find(errors, error) == errors.end()) errors.push_back(error);
    return 1;
}

bool is_about_dates(int error) {
    return error == X509_V_ERR_CERT_NOT_YET_VALID || error == X509_V_ERR_CERT_HAS_EXPIRED ||
           error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD || error == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

bool is_missing_issuer(int error) {
    return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT || error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

/// The SHA-256 digests of what was sent, one after the other: what makes two presented chains the same.
std::string digests(const STACK_OF(X509) * sent) {
    std::string all;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    for (int at = 0; at < sk_X509_num(sent); ++at) {
        unsigned length = 0;
        X509_digest(sk_X509_value(sent, at), EVP_sha256(), digest.data(), &length);
        all.append(reinterpret_cast<const char*>(digest.data()), length);
    }
    return all;
}

CertificateTime now() {
    return std::chrono::time_point_cast<std::chrono::seconds>(system_clock::now());
}

struct Validity {
    CertificateTime not_before = CertificateTime::min();
    CertificateTime not_after = CertificateTime::max();

    bool holds(CertificateTime time) const { return time >= not_before && time <= not_after; }
};

Validity common_validity(const STACK_OF(X509) * chain) {
    Validity validity;
    for (int at = 0; at < sk_X509_num(chain); ++at) {
        const X509* const certificate = sk_X509_value(chain, at);
        validity.not_before = std::max(validity.not_before, read_time(X509_get0_notBefore(certificate)));
        validity.not_after = std::min(validity.not_after, read_time(X509_get0_notAfter(certificate)));
    }
    return validity;
}

ChainFacts chain_facts(const STACK_OF(X509) * sent, const VerifyErrors& errors, const Validity& validity) {
    ChainFacts facts;
    const int kept = std::min(sk_X509_num(sent), static_cast<int>(sent_certificates_limit));
    for (int at = 0; at < kept; ++at)
        facts.sent.push_back(read_certificate(sk_X509_value(sent, at)));
    facts.trusted = std::ranges::all_of(errors, is_about_dates);
    facts.dates = std::ranges::none_of(errors, is_about_dates);
    facts.chain_complete = std::ranges::none_of(errors, is_missing_issuer);
    for (const int error : errors)
        facts.errors.emplace_back(X509_verify_cert_error_string(error));
    if (validity.not_after != CertificateTime::max()) facts.not_after = validity.not_after;
    return facts;
}

std::string last_error() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

/// 0 and null: no restriction.
struct OfferRow {
    int oldest;
    int newest;
    const char* signatures;
    const char* ciphers;
};

/// In the order of TlsOffer. Without signatures a server has only its certificates of the other kind, and before TLS
/// 1.3 the cipher says which kind it is.
constexpr std::array<OfferRow, tls_offer_count> offers{{
    {TLS1_2_VERSION, 0, nullptr, nullptr},
    {TLS1_VERSION, 0, nullptr, nullptr},
    {TLS1_VERSION, TLS1_VERSION, nullptr, nullptr},
    {TLS1_1_VERSION, TLS1_1_VERSION, nullptr, nullptr},
    {TLS1_2_VERSION, 0, "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512",
     "DEFAULT:!aECDSA"},
    {TLS1_2_VERSION, 0, "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512", "DEFAULT:!aRSA"},
}};

void restrict(SSL_CTX* context, const OfferRow& offer) {
    SSL_CTX_set_min_proto_version(context, offer.oldest);
    SSL_CTX_set_max_proto_version(context, offer.newest);
    if (offer.signatures != nullptr) SSL_CTX_set1_sigalgs_list(context, offer.signatures);
    if (offer.ciphers != nullptr) SSL_CTX_set_cipher_list(context, offer.ciphers);
}

}  // namespace

std::expected<TrustStore, std::string> load_trust_store(const TlsSettings& settings) {
    TrustStore store(X509_STORE_new(), &X509_STORE_free);
    if (!store) return std::unexpected("cannot make a certificate store: " + last_error());
    if (settings.ca_file.empty() && settings.ca_directory.empty()) {
        if (X509_STORE_set_default_paths(store.get()) != 1) {
            return std::unexpected("cannot read the system's certificate store: " + last_error());
        }
        return store;
    }
    if (!settings.ca_file.empty() && X509_STORE_load_file(store.get(), settings.ca_file.c_str()) != 1) {
        return std::unexpected("cannot read CA certificates from " + settings.ca_file + ": " + last_error());
    }
    if (!settings.ca_directory.empty() && X509_STORE_load_path(store.get(), settings.ca_directory.c_str()) != 1) {
        return std::unexpected("cannot read CA certificates in " + settings.ca_directory + ": " + last_error());
    }
    return store;
}

TlsClient::TlsClient(const TrustStore& store, TlsOffer offer)
    : context_(SSL_CTX_new_ex(tls_library(), nullptr, TLS_client_method())),
      remembers_(offer == TlsOffer::modern || offer == TlsOffer::legacy) {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set1_cert_store(context, store.get());
    SSL_CTX_set_cert_verify_callback(context, &TlsClient::verify, this);
    SSL_CTX_set_security_level(context, 0);  // weak keys are a finding, not a failed handshake
    restrict(context, offers[static_cast<std::size_t>(offer)]);
    // Mail servers without RFC 5746 are many, and senders deliver to them.
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
}

SslPointer TlsClient::connection(int socket, const std::string& host) const {
    SslPointer ssl(SSL_new(context_.get()));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) return nullptr;
    if (!host.empty() && SSL_set_tlsext_host_name(ssl.get(), host.c_str()) != 1) return nullptr;
    SSL_set_connect_state(ssl.get());
    return ssl;
}

TlsFacts TlsClient::facts(const SslPointer& ssl, const std::string& host) {
    TlsFacts facts;
    facts.version = SSL_get_version(ssl.get());
    facts.cipher = SSL_get_cipher_name(ssl.get());
    const auto* const chain = static_cast<const SharedChain*>(SSL_get_ex_data(ssl.get(), chain_index()));
    facts.chain = chain != nullptr ? *chain : std::make_shared<const ChainFacts>();
    constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    X509* const leaf = SSL_get0_peer_certificate(ssl.get());
    facts.name_match =
        leaf != nullptr && !host.empty() && X509_check_host(leaf, host.data(), host.size(), flags, nullptr) == 1;
    return facts;
}

/// Stands in libssl for the verification of the chain. Always lets the handshake go on.
int TlsClient::verify(X509_STORE_CTX* store_context, void* self) {
    auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store_context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto chain = static_cast<TlsClient*>(self)->verified_chain(store_context);
    delete static_cast<SharedChain*>(SSL_get_ex_data(ssl, chain_index()));
    SSL_set_ex_data(ssl, chain_index(), new SharedChain(std::move(chain)));
    return 1;
}

/// The verdict on the chain that was sent. A chain that was verified within the hour is not verified again as long as
/// its dates say the same; the host's name is no part of it.
SharedChain TlsClient::verified_chain(X509_STORE_CTX* store_context) {
    const STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(store_context);
    std::string key = digests(sent);
    if (const auto known = verified_.find(key); known != verified_.end()) {
        const Verified& entry = known->second;
        const bool same_dates = Validity{entry.not_before, entry.not_after}.holds(now()) == entry.facts->dates;
        if (same_dates && steady_clock::now() - entry.verified_at < verified_for) return entry.facts;
    }

    VerifyErrors errors;
    X509_STORE_CTX_set_ex_data(store_context, errors_index(), &errors);
    X509_STORE_CTX_set_verify_cb(store_context, &collect_error);
    X509_verify_cert(store_context);
    X509_STORE_CTX_set_ex_data(store_context, errors_index(), nullptr);
    ERR_clear_error();

    const Validity validity = common_validity(X509_STORE_CTX_get0_chain(store_context));
    auto facts = std::make_shared<const ChainFacts>(chain_facts(sent, errors, validity));
    if (!remembers_) return facts;
    if (verified_.size() >= verified_limit) verified_.clear();
    verified_.insert_or_assign(std::move(key),
                               Verified{facts, validity.not_before, validity.not_after, steady_clock::now()});
    return facts;
}

TlsClient& TlsClients::of(TlsOffer offer) {
    auto& client = clients_[static_cast<std::size_t>(offer)];
    if (!client) client = std::make_unique<TlsClient>(store_, offer);
    return *client;
}

}  // namespace mxfleet
