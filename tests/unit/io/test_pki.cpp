#include "tests/unit/io/test_pki.hpp"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace mxfleet::testing {
namespace {

void check(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

KeyPointer make_key(const std::string& kind) {
    EVP_PKEY* key = nullptr;
    if (kind.starts_with("RSA ")) {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(std::stoul(kind.substr(4))));
    } else if (kind == "Ed25519") {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    } else {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str());
    }
    check(key != nullptr, "key generation");
    return {key, &EVP_PKEY_free};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    check(extension != nullptr, "extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& common_name) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
}

}  // namespace

Identity make_certificate(const CertificateOrder& order) {
    static std::atomic<long> serial = 1;
    Identity made{{X509_new(), &X509_free}, make_key(order.key)};
    X509* const certificate = made.certificate.get();
    X509* const issuer = order.issuer != nullptr ? order.issuer->certificate.get() : certificate;
    EVP_PKEY* const signer = order.issuer != nullptr ? order.issuer->key.get() : made.key.get();

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), std::chrono::seconds(order.valid_from).count());
    X509_gmtime_adj(X509_getm_notAfter(certificate), std::chrono::seconds(order.valid_until).count());
    set_name(X509_get_subject_name(certificate), order.common_name);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    X509_set_pubkey(certificate, made.key.get());
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    if (order.is_ca) add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
    std::string names;
    for (const std::string& name : order.names)
        names += (names.empty() ? "DNS:" : ",DNS:") + name;
    if (!names.empty()) add_extension(certificate, issuer, NID_subject_alt_name, names);

    const EVP_MD* const digest = EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED25519 ? nullptr : order.digest;
    check(X509_sign(certificate, signer, digest) > 0, "signature");
    return made;
}

TrustStore trusting(const std::vector<Identity>& roots) {
    const TrustStore store(X509_STORE_new(), &X509_STORE_free);
    for (const Identity& root : roots)
        X509_STORE_add_cert(store.get(), root.certificate.get());
    return store;
}

SslContextPointer server_context(const Identity& leaf, const std::vector<Identity>& chain) {
    SslContextPointer context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    check(SSL_CTX_use_certificate(context.get(), leaf.certificate.get()) == 1, "certificate");
    check(SSL_CTX_use_PrivateKey(context.get(), leaf.key.get()) == 1, "private key");
    for (const Identity& each : chain)
        SSL_CTX_add1_chain_cert(context.get(), each.certificate.get());
    return context;
}

}  // namespace mxfleet::testing
