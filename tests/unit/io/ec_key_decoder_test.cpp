// Keys of certificates as the library for TLS reads them, beside what OpenSSL makes of the same bytes by itself.
#include "probes/io/ec_key_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <thread>

#include "probes/io/tls_library.hpp"
#include "tests/unit/io/test_pki.hpp"

namespace mxfleet::testing {
namespace {

using Bytes = std::vector<unsigned char>;

KeyPointer make_ec_key(const char* curve) {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve), &EVP_PKEY_free};
}

/// As DER SubjectPublicKeyInfo.
Bytes der_of(const KeyPointer& key) {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key.get(), &bytes);
    Bytes der(bytes, bytes + size);
    OPENSSL_free(bytes);
    return der;
}

KeyPointer read_key(const Bytes& der, OSSL_LIB_CTX* library) {
    const unsigned char* at = der.data();
    KeyPointer key(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), library, nullptr), &EVP_PKEY_free);
    ERR_clear_error();
    return key;
}

/// All that can be told of a key: its group, form and point. Empty: there is no key.
std::string described(const KeyPointer& key) {
    if (!key) return {};
    std::array<char, 64> group{};
    std::array<char, 64> form{};
    EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr);
    EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, form.data(), form.size(),
                                   nullptr);
    const Bytes der = der_of(key);
    return std::string(group.data()) + " " + form.data() + " " + std::to_string(EVP_PKEY_get_bits(key.get())) + " " +
           std::to_string(EVP_PKEY_get_security_bits(key.get())) + " " + std::string(der.begin(), der.end());
}

/// What either library makes of it.
void expect_the_same(const Bytes& der) {
    EXPECT_EQ(described(read_key(der, tls_library())), described(read_key(der, nullptr)));
}

TEST(EcKeyDecoder, ReadsEveryKeyAsOpenSslDoes) {
    for (const char* const curve : {"P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1"}) {
        for (int time = 0; time < 3; ++time) {
            const Bytes der = der_of(make_ec_key(curve));
            const KeyPointer key = read_key(der, tls_library());
            ASSERT_NE(key, nullptr) << curve;
            EXPECT_EQ(der_of(key), der) << curve;
            expect_the_same(der);
        }
    }
}

TEST(EcKeyDecoder, ReadsOtherFormsOfAPoint) {
    for (const char* const form : {"compressed", "hybrid", "uncompressed"}) {
        const KeyPointer key = make_ec_key("P-256");
        ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, form), 1);
        const Bytes der = der_of(key);
        EXPECT_NE(read_key(der, tls_library()), nullptr) << form;
        expect_the_same(der);
    }
}

TEST(EcKeyDecoder, RefusesWhatOpenSslRefuses) {
    for (const char* const curve : {"P-256", "P-384"}) {
        const Bytes der = der_of(make_ec_key(curve));
        ASSERT_NE(read_key(der, tls_library()), nullptr) << curve;  // the curve is known from here on
        for (std::size_t at = 0; at < der.size(); ++at) {
            for (const int change : {0x01, 0x02, 0x80, 0xFF}) {
                Bytes changed = der;
                changed[at] = static_cast<unsigned char>(changed[at] ^ change);
                expect_the_same(changed);
            }
            expect_the_same(Bytes(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(at)));
        }
        Bytes off_curve = der;
        off_curve.back() = static_cast<unsigned char>(off_curve.back() ^ 1);
        EXPECT_EQ(read_key(off_curve, tls_library()), nullptr) << curve;
    }
}

TEST(EcKeyDecoder, AKeyVerifiesWhatItsOwnSecretSignedAndNothingElse) {
    const Bytes message = {'t', 'e', 'x', 't'};
    for (const char* const curve : {"P-256", "P-384"}) {
        const KeyPointer secret = make_ec_key(curve);
        const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        std::size_t size = 256;
        Bytes signature(size);
        ASSERT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, secret.get()), 1);
        ASSERT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()), 1);
        const auto verifies = [&](const KeyPointer& key) {
            const std::shared_ptr<EVP_MD_CTX> verifying(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
            EVP_DigestVerifyInit_ex(verifying.get(), nullptr, "SHA256", tls_library(), nullptr, key.get(), nullptr);
            return EVP_DigestVerify(verifying.get(), signature.data(), size, message.data(), message.size()) == 1;
        };
        const KeyPointer other = make_ec_key(curve);
        for (int time = 0; time < 2; ++time) {
            EXPECT_TRUE(verifies(read_key(der_of(secret), tls_library()))) << curve;
            EXPECT_FALSE(verifies(read_key(der_of(other), tls_library()))) << curve;
        }
    }
    ERR_clear_error();
}

TEST(EcKeyDecoder, ManyThreadsReadAtOnce) {
    const std::array<Bytes, 2> ders{der_of(make_ec_key("P-256")), der_of(make_ec_key("P-384"))};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&ders] {
            for (int time = 0; time < 50; ++time)
                for (const Bytes& der : ders)
                    EXPECT_EQ(der_of(read_key(der, tls_library())), der);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace
}  // namespace mxfleet::testing
