// Our side of TLS: one context and one parsed store for all handshakes of a thread, and what a handshake showed.
// Verification collects errors and never aborts a handshake, so that dates and issuer are known for bad chains too.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "probes/model/settings.hpp"
#include "probes/tls/facts.hpp"

namespace mxfleet {

template <auto function>
struct Freeing {
    template <class T>
    void operator()(T* pointer) const {
        function(pointer);
    }
};

using SslPointer = std::unique_ptr<SSL, Freeing<&SSL_free>>;
using SslContextPointer = std::unique_ptr<SSL_CTX, Freeing<&SSL_CTX_free>>;

/// The trusted roots, parsed once and shared by all threads.
using TrustStore = std::shared_ptr<X509_STORE>;

/// Reads the configured CA file and directory, or the system's store where neither is set. Error: what could not be
/// read, for a person.
std::expected<TrustStore, std::string> load_trust_store(const TlsSettings& settings);

/// What our side offers: the protocols of today, or also those before TLS 1.2; or only one of those; or only one kind
/// of certificate is taken.
enum class TlsOffer : std::uint8_t { modern, legacy, only_1_0, only_1_1, only_rsa, only_ecdsa };
inline constexpr std::size_t tls_offer_count = 6;

/// Makes TLS client connections and verifies what they show. For one thread.
class TlsClient {
public:
    TlsClient(const TrustStore& store, TlsOffer offer);

    /// A connection for the handshake with `host`, on that socket. SNI is the host, unless it is empty.
    SslPointer connection(int socket, const std::string& host) const;

    /// What the finished handshake showed; `host` is compared with the certificate.
    TlsFacts facts(const SslPointer& ssl, const std::string& host);

private:
    struct Verified {
        std::shared_ptr<const ChainFacts> facts;
        CertificateTime not_before;  ///< the window within which `facts->dates` holds
        CertificateTime not_after;
        std::chrono::steady_clock::time_point verified_at;
    };

    static int verify(X509_STORE_CTX* store_context, void* self);
    std::shared_ptr<const ChainFacts> verified_chain(X509_STORE_CTX* store_context);

    SslContextPointer context_;
    std::unordered_map<std::string, Verified> verified_;  ///< by the digests of the certificates sent
    bool remembers_;  ///< what it verified; not where a server is asked once a day, for a fleet has many certificates
};

/// The clients of a thread, one an offer, each made when it is first wanted.
class TlsClients {
public:
    explicit TlsClients(TrustStore store) : store_(std::move(store)) {}

    TlsClient& of(TlsOffer offer);

private:
    TrustStore store_;
    std::array<std::unique_ptr<TlsClient>, tls_offer_count> clients_;
};

}  // namespace mxfleet
