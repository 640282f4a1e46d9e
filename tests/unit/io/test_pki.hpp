// Certificates made for a test: roots, intermediates and leafs with any fault.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "probes/io/tls_client.hpp"

namespace mxfleet::testing {

using CertificatePointer = std::shared_ptr<X509>;
using KeyPointer = std::shared_ptr<EVP_PKEY>;

struct Identity {
    CertificatePointer certificate;
    KeyPointer key;
};

struct CertificateOrder {
    std::string common_name = {};
    std::vector<std::string> names = {};  ///< dNSName
    bool is_ca = false;
    const Identity* issuer = nullptr;  ///< null: signed by itself
    std::chrono::hours valid_from{-24};
    std::chrono::hours valid_until{24 * 90};
    std::string key = "P-256";  ///< or "RSA 1024", "RSA 2048", "Ed25519"
    const EVP_MD* digest = EVP_sha256();
};

Identity make_certificate(const CertificateOrder& order);

/// A store that trusts just these.
TrustStore trusting(const std::vector<Identity>& roots);

/// A server's context that presents the chain, leaf first.
SslContextPointer server_context(const Identity& leaf, const std::vector<Identity>& chain = {});

}  // namespace mxfleet::testing
