#include "probes/io/certificate_facts.hpp"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

#include "probes/io/tls_client.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t shown_name_limit = 256;
constexpr std::size_t names_limit = 100;
constexpr int weak_rsa_bits = 2048;
constexpr int weak_ec_bits = 224;

using BioPointer = std::unique_ptr<BIO, Freeing<&BIO_free_all>>;
using AlternativeNames = std::unique_ptr<GENERAL_NAMES, Freeing<&GENERAL_NAMES_free>>;

std::string read_name(const X509_NAME* name) {
    const BioPointer memory(BIO_new(BIO_s_mem()));
    // As RFC 2253, but with UTF-8 left as it is: making it safe is printable's work.
    const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!memory || X509_NAME_print_ex(memory.get(), name, 0, flags) < 0) return {};
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return printable({text, static_cast<std::size_t>(length)}, shown_name_limit);
}

std::string read_common_name(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (length < 0) return {};
    const std::string_view view(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
    std::string shown = printable(view, shown_name_limit);
    OPENSSL_free(text);
    return shown;
}

std::vector<std::string> read_alternative_names(const X509* certificate) {
    std::vector<std::string> names;
    const AlternativeNames all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int at = 0; at < sk_GENERAL_NAME_num(all.get()) && names.size() < names_limit; ++at) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), at);
        if (name->type != GEN_DNS) continue;
        const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                                    static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        names.push_back(printable(text, shown_name_limit));
    }
    return names;
}

std::string curve_name(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1) return "unknown curve";
    const std::string_view name = group.data();
    if (name == "prime256v1") return "P-256";
    if (name == "secp384r1") return "P-384";
    if (name == "secp521r1") return "P-521";
    return std::string(name);
}

void read_key(const X509* certificate, CertificateFacts& facts) {
    const EVP_PKEY* const key = X509_get0_pubkey(certificate);
    if (key == nullptr) {
        facts.key = "unreadable";
        return;
    }
    const int bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS:
            facts.key = "RSA " + std::to_string(bits);
            facts.weak_key = bits < weak_rsa_bits;
            return;
        case EVP_PKEY_EC:
            facts.key = "EC " + curve_name(key);
            facts.weak_key = bits < weak_ec_bits;
            return;
        case EVP_PKEY_ED25519: facts.key = "Ed25519"; return;
        case EVP_PKEY_ED448: facts.key = "Ed448"; return;
        default: facts.key = "other " + std::to_string(bits); facts.weak_key = true;
    }
}

void read_signature(const X509* certificate, CertificateFacts& facts) {
    const int algorithm = X509_get_signature_nid(certificate);
    facts.signature = algorithm == NID_undef ? "unknown" : OBJ_nid2ln(algorithm);
    int digest = NID_undef;
    // The call computes cached values; the certificate itself stays the same.
    X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr);
    const bool weak = digest == NID_md2 || digest == NID_md4 || digest == NID_md5 || digest == NID_sha1;
    facts.weak_signature = weak && !facts.self_signed;  // nobody relies on the signature a root makes of itself
}

std::string fingerprint(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    X509_digest(certificate, EVP_sha256(), digest.data(), &length);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (unsigned at = 0; at < length; ++at) {
        text += hex[digest[at] >> 4];
        text += hex[digest[at] & 0xF];
    }
    return text;
}

}  // namespace

CertificateTime read_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

CertificateFacts read_certificate(const X509* certificate) {
    CertificateFacts facts;
    const X509_NAME* const issuer = X509_get_issuer_name(certificate);
    facts.subject = read_name(X509_get_subject_name(certificate));
    facts.issuer = read_name(issuer);
    facts.issuer_common_name = read_common_name(issuer);
    facts.names = read_alternative_names(certificate);
    facts.not_before = read_time(X509_get0_notBefore(certificate));
    facts.not_after = read_time(X509_get0_notAfter(certificate));
    facts.self_signed = (X509_get_extension_flags(const_cast<X509*>(certificate)) & EXFLAG_SS) != 0;
    read_key(certificate, facts);
    read_signature(certificate, facts);
    facts.sha256 = fingerprint(certificate);
    return facts;
}

}  // namespace mxfleet
