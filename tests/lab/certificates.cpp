#include "tests/lab/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace mxfleet::lab {
namespace {

/// Ends the start of the lab if OpenSSL did not do as it was told.
void check(bool done, const char* what) {
    if (done) return;
    throw std::runtime_error(std::string("OpenSSL: ") + what + ": " + ERR_error_string(ERR_get_error(), nullptr));
}

Key elliptic_key() {
    Key key(EVP_EC_gen("P-256"));
    check(key != nullptr, "make a P-256 key");
    return key;
}

Key rsa_key(unsigned bits) {
    Key key(EVP_RSA_gen(bits));
    check(key != nullptr, "make an RSA key");
    return key;
}

struct Validity {
    days from;
    days until;
};

constexpr Validity authority_validity{days{-365}, days{3650}};

class Draft {
public:
    Draft(std::string_view common_name, Validity validity, std::time_t now) : certificate_(X509_new()) {
        check(certificate_ != nullptr, "make a certificate");
        X509_set_version(certificate_.get(), X509_VERSION_3);
        set_serial();
        set_time(X509_getm_notBefore(certificate_.get()), validity.from, now);
        set_time(X509_getm_notAfter(certificate_.get()), validity.until, now);
        auto* const name = X509_get_subject_name(certificate_.get());
        add_to_name(name, "O", "mxfleet-lab");
        add_to_name(name, "CN", common_name.substr(0, ub_common_name));
    }

    void add_extension(int nid, const std::string& value, X509* issuer) {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, certificate_.get(), nullptr, nullptr, 0);
        auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        check(extension && X509_add_ext(certificate_.get(), extension, -1) == 1, "add an extension");
        X509_EXTENSION_free(extension);
    }

    void set_key(EVP_PKEY* key) { check(X509_set_pubkey(certificate_.get(), key) == 1, "set a public key"); }

    /// `issuer` null: by itself.
    X509Certificate sign(X509* issuer, EVP_PKEY* key, const EVP_MD* digest) && {
        auto* const by = issuer ? issuer : certificate_.get();
        X509_set_issuer_name(certificate_.get(), X509_get_subject_name(by));
        check(X509_sign(certificate_.get(), key, digest) > 0, "sign a certificate");
        return std::move(certificate_);
    }

    X509* get() { return certificate_.get(); }

private:
    void set_serial() {
        std::uint64_t serial = 0;
        check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "make a serial number");
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate_.get()), serial >> 1 | 1);
    }

    static void set_time(ASN1_TIME* time, days offset, std::time_t now) {
        check(X509_time_adj_ex(time, static_cast<int>(offset.count()), 0, &now) != nullptr, "set a date");
    }

    static void add_to_name(X509_NAME* name, const char* field, std::string_view value) {
        const auto* const bytes = reinterpret_cast<const unsigned char*>(value.data());
        check(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1, 0) == 1,
              "set a name");
    }

    X509Certificate certificate_;
};

/// A certificate authority, signed by `above` or by itself.
Authority authority(std::string_view name, const Authority* above, Validity validity, std::time_t now) {
    Authority made{nullptr, elliptic_key()};
    Draft draft(name, validity, now);
    draft.set_key(made.key.get());
    X509* const issuer = above ? above->certificate.get() : draft.get();
    draft.add_extension(NID_basic_constraints, "critical,CA:TRUE", issuer);
    draft.add_extension(NID_key_usage, "critical,keyCertSign,cRLSign", issuer);
    draft.add_extension(NID_subject_key_identifier, "hash", issuer);
    if (above) draft.add_extension(NID_authority_key_identifier, "keyid", issuer);
    made.certificate =
        std::move(draft).sign(above ? issuer : nullptr, above ? above->key.get() : made.key.get(), EVP_sha256());
    return made;
}

std::string filled_in(std::string text, const std::string& host, const std::string& domain) {
    const auto fill = [&text](std::string_view mark, const std::string& value) {
        const auto at = text.find(mark);
        if (at != text.npos) text.replace(at, mark.size(), value);
    };
    fill("{host}", host);
    fill("{domain}", domain);
    return text;
}

std::string alternative_names(const CertificateSpec& spec, const std::string& host, const std::string& domain) {
    std::string names;
    for (const std::string& name : spec.names) {
        names += (names.empty() ? "DNS:" : ",DNS:") + filled_in(name, host, domain);
    }
    return names;
}

void restrict_versions(SSL_CTX* context, TlsVersions versions) {
    const bool legacy = versions == TlsVersions::only_legacy;
    const bool from_legacy = legacy || versions == TlsVersions::all;
    SSL_CTX_set_min_proto_version(context, from_legacy ? TLS1_VERSION : TLS1_2_VERSION);
    if (legacy) SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    if (versions == TlsVersions::only_1_2) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

/// One that says a lot about itself.
Authority verbose_authority(std::size_t bytes, std::time_t now) {
    Authority made{nullptr, elliptic_key()};
    Draft draft("who cannot stop", authority_validity, now);
    draft.set_key(made.key.get());
    draft.add_extension(NID_netscape_comment, std::string(bytes, 'x'), draft.get());
    made.certificate = std::move(draft).sign(nullptr, made.key.get(), EVP_sha256());
    return made;
}

const EVP_MD* digest_of(CertificateSpec::Digest kind) {
    switch (kind) {
        case CertificateSpec::Digest::sha256: return EVP_sha256();
        case CertificateSpec::Digest::sha1: return EVP_sha1();
    }
    __builtin_unreachable();
}

int verify_mode(ClientCertificate wanted) {
    switch (wanted) {
        case ClientCertificate::not_wanted: return SSL_VERIFY_NONE;
        case ClientCertificate::asked_for: return SSL_VERIFY_PEER;
        case ClientCertificate::demanded: return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    }
    __builtin_unreachable();
}

int take_any_certificate(int, X509_STORE_CTX*) {
    return 1;
}

/// Who names nobody gets the other context's certificate.
int turn_from_nameless(SSL* connection, int*, void* other) {
    if (SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name) == nullptr)
        SSL_set_SSL_CTX(connection, static_cast<SSL_CTX*>(other));
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Certificates::Certificates()
    : now_(std::time(nullptr)),
      p256_(elliptic_key()),
      root_(authority("mxfleet-lab root", nullptr, authority_validity, now_)),
      intermediate_(authority("mxfleet-lab intermediate", &root_, authority_validity, now_)),
      stranger_(authority("nobody's root", nullptr, authority_validity, now_)),
      expired_root_(authority("an old root", nullptr, {days{-900}, days{-100}}, now_)) {}

std::string Certificates::root_pem() const {
    const std::unique_ptr<BIO, Release<BIO_free>> memory(BIO_new(BIO_s_mem()));
    check(memory && PEM_write_bio_X509(memory.get(), root_.certificate.get()) == 1, "write a certificate");
    const char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

TlsContext Certificates::server_context(const Server& server, const CertificateSpec& spec, const std::string& host,
                                        const std::string& domain) {
    TlsContext context = context_with(server, spec, host, domain);
    if (!server.nameless_certificate) return context;
    nameless_.push_back(context_with(server, *server.nameless_certificate, host, domain));
    SSL_CTX_set_tlsext_servername_arg(context.get(), nameless_.back().get());
    SSL_CTX_set_tlsext_servername_callback(context.get(), &turn_from_nameless);
    return context;
}

TlsContext Certificates::context_with(const Server& server, const CertificateSpec& spec, const std::string& host,
                                      const std::string& domain) {
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    check(context != nullptr, "make a server context");
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_security_level(raw, 0);  // weak keys, SHA-1 and old versions are conditions
    restrict_versions(raw, server.tls_versions);
    SSL_CTX_set_verify(raw, verify_mode(server.client_certificate), &take_any_certificate);
    SSL_CTX_set_options(raw, SSL_OP_IGNORE_UNEXPECTED_EOF);  // whoever leaves without a word has left
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(raw,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_mode(raw, SSL_MODE_NO_AUTO_CHAIN);
    if (server.second_certificate) add_certificate(raw, *server.second_certificate, host, domain);
    add_certificate(raw, spec, host, domain);
    return context;
}

/// The chain goes with the certificate that was used last.
void Certificates::add_certificate(SSL_CTX* context, const CertificateSpec& spec, const std::string& host,
                                   const std::string& domain) {
    const X509Certificate certificate = leaf(spec, host, domain);
    check(SSL_CTX_use_certificate(context, certificate.get()) == 1, "use a certificate");
    check(SSL_CTX_use_PrivateKey(context, leaf_key(spec.key)) == 1, "use a key");
    add_chain(context, spec);
}

EVP_PKEY* Certificates::leaf_key(CertificateSpec::Key kind) {
    switch (kind) {
        case CertificateSpec::Key::p256: return p256_.get();
        case CertificateSpec::Key::rsa_2048:
            if (!rsa_2048_) rsa_2048_ = rsa_key(2048);
            return rsa_2048_.get();
        case CertificateSpec::Key::rsa_1024:
            if (!rsa_1024_) rsa_1024_ = rsa_key(1024);
            return rsa_1024_.get();
    }
    __builtin_unreachable();
}

const Authority* Certificates::issuer(CertificateSpec::Issuer kind) const {
    switch (kind) {
        case CertificateSpec::Issuer::intermediate: return &intermediate_;
        case CertificateSpec::Issuer::stranger: return &stranger_;
        case CertificateSpec::Issuer::itself: return nullptr;
    }
    __builtin_unreachable();
}

X509Certificate Certificates::leaf(const CertificateSpec& spec, const std::string& host, const std::string& domain) {
    Draft draft(filled_in(spec.common_name, host, domain), {spec.valid_from, spec.valid_until}, now_);
    EVP_PKEY* const key = leaf_key(spec.key);
    draft.set_key(key);
    const Authority* const above = issuer(spec.issuer);
    X509* const issuer_certificate = above ? above->certificate.get() : draft.get();
    draft.add_extension(NID_basic_constraints, "critical,CA:FALSE", issuer_certificate);
    draft.add_extension(NID_key_usage, "critical,digitalSignature,keyEncipherment", issuer_certificate);
    draft.add_extension(NID_ext_key_usage, "serverAuth", issuer_certificate);
    const std::string names = alternative_names(spec, host, domain);
    if (!names.empty()) draft.add_extension(NID_subject_alt_name, names, issuer_certificate);
    draft.add_extension(NID_subject_key_identifier, "hash", issuer_certificate);
    if (above) draft.add_extension(NID_authority_key_identifier, "keyid", issuer_certificate);
    return std::move(draft).sign(above ? issuer_certificate : nullptr, above ? above->key.get() : key,
                                 digest_of(spec.digest));
}

void Certificates::add_chain(SSL_CTX* context, const CertificateSpec& spec) {
    const auto send = [context](const Authority& authority) {
        check(SSL_CTX_add1_chain_cert(context, authority.certificate.get()) == 1, "send a chain");
    };
    const Authority* const above = issuer(spec.issuer);
    if (spec.sent != CertificateSpec::Sent::leaf_only && above) send(*above);
    if (spec.sent == CertificateSpec::Sent::expired_extra) send(expired_root_);
    for (int number = 0; spec.sent == CertificateSpec::Sent::hundred && number < 98; ++number)
        send(stranger_);
    if (spec.sent == CertificateSpec::Sent::megabyte) send(verbose_authority(1 << 20, now_));
}

}  // namespace mxfleet::lab
