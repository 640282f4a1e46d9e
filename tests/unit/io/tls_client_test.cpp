// Handshakes in memory: what each kind of certificate makes of the facts.
#include "probes/io/tls_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "probes/io/certificate_facts.hpp"
#include "probes/io/tls_library.hpp"
#include "tests/unit/io/test_pki.hpp"

namespace mxfleet::testing {
namespace {

using std::chrono::hours;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int hours_a_day = 24;

/// Runs a handshake of client and server, connected by memory.
bool shake_hands(SSL* client, SSL* server) {
    BIO* client_end = nullptr;
    BIO* server_end = nullptr;
    BIO_new_bio_pair(&client_end, 65536, &server_end, 65536);
    SSL_set_bio(client, client_end, client_end);
    SSL_set_bio(server, server_end, server_end);
    SSL_set_accept_state(server);
    bool client_done = false;
    for (int round = 0; round < 20; ++round) {
        client_done = SSL_do_handshake(client) == 1;
        const bool server_done = SSL_do_handshake(server) == 1;
        if (client_done && server_done) return true;
    }
    return client_done;
}

class TlsClientTest : public ::testing::Test {
protected:
    Identity root = make_certificate({.common_name = "Test Root", .is_ca = true});
    Identity intermediate = make_certificate({.common_name = "Test CA", .is_ca = true, .issuer = &root});
    Identity stranger = make_certificate({.common_name = "Strange Root", .is_ca = true});
    TlsClient client{trusting({root}), TlsOffer::modern};
    TlsClients clients{trusting({root})};

    Identity leaf(CertificateOrder order = {}) {
        if (order.common_name.empty()) order.common_name = "mx.example.com";
        if (order.names.empty()) order.names = {"mx.example.com"};
        if (order.issuer == nullptr) order.issuer = &intermediate;
        return make_certificate(order);
    }

    TlsFacts facts(const Identity& presented, const std::vector<Identity>& chain,
                   const std::string& host = "mx.example.com") {
        const SslContextPointer context = server_context(presented, chain);
        const SslPointer server(SSL_new(context.get()));
        const SslPointer ours = client.connection(-1, host);
        EXPECT_TRUE(shake_hands(ours.get(), server.get()));
        return client.facts(ours, host);
    }
};

TEST_F(TlsClientTest, AGoodChain) {
    const TlsFacts seen = facts(leaf(), {intermediate});
    EXPECT_EQ(seen.version, "TLSv1.3");
    EXPECT_EQ(seen.cipher, "TLS_AES_256_GCM_SHA384");
    EXPECT_TRUE(seen.chain->trusted);
    EXPECT_TRUE(seen.chain->dates);
    EXPECT_TRUE(seen.chain->chain_complete);
    EXPECT_TRUE(seen.name_match);
    EXPECT_TRUE(seen.verified());
    EXPECT_THAT(seen.chain->errors, IsEmpty());
    ASSERT_EQ(seen.chain->sent.size(), 2u);
    const CertificateFacts& certificate = *seen.leaf();
    EXPECT_EQ(certificate.subject, "CN=mx.example.com");
    EXPECT_EQ(certificate.issuer, "CN=Test CA");
    EXPECT_EQ(certificate.issuer_common_name, "Test CA");
    EXPECT_THAT(certificate.names, ElementsAre("mx.example.com"));
    EXPECT_EQ(certificate.key, "EC P-256");
    EXPECT_EQ(certificate.signature, "ecdsa-with-SHA256");
    EXPECT_EQ(certificate.sha256.size(), 64u);
    EXPECT_FALSE(certificate.self_signed || certificate.weak_key || certificate.weak_signature);
}

TEST_F(TlsClientTest, AnExpiredCertificateUnderAGoodRootIsTrusted) {
    const TlsFacts seen =
        facts(leaf({.valid_from = hours{-30 * hours_a_day}, .valid_until = hours{-3 * hours_a_day}}), {intermediate});
    EXPECT_FALSE(seen.chain->dates);
    EXPECT_TRUE(seen.chain->trusted);
    EXPECT_TRUE(seen.chain->chain_complete);
    EXPECT_TRUE(seen.name_match);
    EXPECT_THAT(seen.chain->errors, ElementsAre("certificate has expired"));
}

TEST_F(TlsClientTest, ACertificateOfTomorrow) {
    const TlsFacts seen = facts(leaf({.valid_from = hours{hours_a_day}}), {intermediate});
    EXPECT_FALSE(seen.chain->dates);
    EXPECT_TRUE(seen.chain->trusted);
}

TEST_F(TlsClientTest, ACertificateSignedByItself) {
    const Identity itself = make_certificate({.common_name = "mx.example.com", .names = {"mx.example.com"}});
    const TlsFacts seen = facts(itself, {});
    EXPECT_FALSE(seen.chain->trusted);
    EXPECT_TRUE(seen.chain->chain_complete);
    EXPECT_TRUE(seen.chain->dates);
    EXPECT_TRUE(seen.name_match);
    EXPECT_TRUE(seen.leaf()->self_signed);
}

TEST_F(TlsClientTest, AStrangeRootThatIsSent) {
    const TlsFacts seen = facts(leaf({.issuer = &stranger}), {stranger});
    EXPECT_FALSE(seen.chain->trusted);
    EXPECT_TRUE(seen.chain->chain_complete);
    EXPECT_FALSE(seen.leaf()->self_signed);
}

TEST_F(TlsClientTest, AStrangeRootThatIsNotSent) {
    const TlsFacts seen = facts(leaf({.issuer = &stranger}), {});
    EXPECT_FALSE(seen.chain->trusted);
    EXPECT_FALSE(seen.chain->chain_complete);
}

TEST_F(TlsClientTest, AnIntermediateThatIsNotSent) {
    const TlsFacts seen = facts(leaf(), {});
    EXPECT_FALSE(seen.chain->trusted);
    EXPECT_FALSE(seen.chain->chain_complete);
    EXPECT_TRUE(seen.chain->dates);
}

TEST_F(TlsClientTest, AnExpiredIntermediate) {
    const Identity old = make_certificate({.common_name = "Old CA",
                                           .is_ca = true,
                                           .issuer = &root,
                                           .valid_from = hours{-30 * hours_a_day},
                                           .valid_until = hours{-hours_a_day}});
    const TlsFacts seen = facts(leaf({.issuer = &old}), {old});
    EXPECT_FALSE(seen.chain->dates);
    EXPECT_TRUE(seen.chain->trusted);
    ASSERT_TRUE(seen.chain->not_after);
    EXPECT_LT(*seen.chain->not_after, std::chrono::system_clock::now());
    EXPECT_GT(seen.leaf()->not_after, std::chrono::system_clock::now());
}

TEST_F(TlsClientTest, AnExpiredExtraThatNoPathUsesDoesNotAlarm) {
    const Identity extra = make_certificate({.common_name = "Unrelated",
                                             .is_ca = true,
                                             .valid_from = hours{-30 * hours_a_day},
                                             .valid_until = hours{-hours_a_day}});
    const TlsFacts seen = facts(leaf(), {intermediate, extra});
    EXPECT_TRUE(seen.verified());
    EXPECT_EQ(seen.chain->sent.size(), 3u);
    EXPECT_GT(*seen.chain->not_after, std::chrono::system_clock::now());
}

TEST_F(TlsClientTest, NamesAreThoseOfTheAlternativeNameOnly) {
    EXPECT_FALSE(
        facts(leaf({.common_name = "mx.example.com", .names = {"other.example.org"}}), {intermediate}).name_match);
    EXPECT_TRUE(facts(leaf({.names = {"*.example.com"}}), {intermediate}).name_match);
    EXPECT_FALSE(facts(leaf({.names = {"*.example.com"}}), {intermediate}, "a.mx.example.com").name_match);
    EXPECT_FALSE(facts(leaf({.names = {"m*.example.com"}}), {intermediate}).name_match);
    EXPECT_FALSE(facts(leaf({.names = {"*.com"}}), {intermediate}).name_match);
    EXPECT_TRUE(facts(leaf({.names = {"MX.Example.COM"}}), {intermediate}).name_match);
}

TEST_F(TlsClientTest, WithoutSubjectAlternativeNameNothingMatches) {
    const Identity bare = make_certificate({.common_name = "mx.example.com", .issuer = &intermediate});
    const TlsFacts seen = facts(bare, {intermediate});
    EXPECT_FALSE(seen.name_match);
    EXPECT_THAT(seen.leaf()->names, IsEmpty());
}

TEST_F(TlsClientTest, ARememberedVerdictStillComparesTheName) {
    const Identity good = leaf();
    EXPECT_TRUE(facts(good, {intermediate}).name_match);
    const TlsFacts again = facts(good, {intermediate}, "other.example.com");
    EXPECT_FALSE(again.name_match);
    EXPECT_EQ(again.chain, facts(good, {intermediate}).chain) << "one chain, one set of facts";
}

TEST_F(TlsClientTest, KeysAndSignatures) {
    struct Row {
        std::string key;
        std::string shown;
        bool weak;
    };
    for (const Row& row :
         {Row{"RSA 2048", "RSA 2048", false}, Row{"RSA 1024", "RSA 1024", true}, Row{"P-384", "EC P-384", false},
          Row{"Ed25519", "Ed25519", false}, Row{"P-192", "EC prime192v1", true}}) {
        const CertificateFacts seen = read_certificate(leaf({.key = row.key}).certificate.get());
        EXPECT_EQ(seen.key, row.shown);
        EXPECT_EQ(seen.weak_key, row.weak) << row.key;
    }
    EXPECT_TRUE(read_certificate(leaf({.digest = EVP_sha1()}).certificate.get()).weak_signature);
    const Identity sha1_root = make_certificate({.common_name = "r", .is_ca = true, .digest = EVP_sha1()});
    EXPECT_FALSE(read_certificate(sha1_root.certificate.get()).weak_signature) << "nobody relies on it";
}

TEST_F(TlsClientTest, EveryKindOfKeyIsReadFromTheWire) {
    ASSERT_NE(tls_library(), nullptr);
    for (const std::string key : {"RSA 2048", "P-256", "P-384", "Ed25519"}) {
        const Identity presented = leaf({.key = key});
        const TlsFacts seen = facts(presented, {intermediate});
        ASSERT_NE(seen.leaf(), nullptr) << key;
        EXPECT_EQ(*seen.leaf(), read_certificate(presented.certificate.get())) << key;
        EXPECT_TRUE(seen.verified()) << key;
    }
}

/// What is left out of the library is nothing that a server could see.
TEST_F(TlsClientTest, TheLibraryOffersWhatOpenSslDoes) {
    const auto hello = [](OSSL_LIB_CTX* library) {
        const SslContextPointer context(SSL_CTX_new_ex(library, nullptr, TLS_client_method()));
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        const SslPointer ssl(SSL_new(context.get()));
        BIO* const sent = BIO_new(BIO_s_mem());
        SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
        SSL_set_connect_state(ssl.get());
        SSL_do_handshake(ssl.get());
        ERR_clear_error();
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(sent, &bytes);
        std::string text(bytes, static_cast<std::size_t>(size));
        constexpr std::size_t random_at = 11, random_size = 65;  // and the session ID, of which each is another one
        constexpr std::size_t key_size = 32;                     // at the end: X25519
        return text.erase(text.size() - key_size).erase(random_at, random_size);
    };
    EXPECT_EQ(hello(tls_library()), hello(nullptr));
}

TEST_F(TlsClientTest, EveryCipherThatIsOfferedWorks) {
    const std::array<Identity, 2> identities{leaf(), leaf({.key = "RSA 2048"})};
    TlsClient legacy(trusting({root}), TlsOffer::legacy);
    const SslPointer offering = legacy.connection(-1, "mx.example.com");
    const std::shared_ptr<STACK_OF(SSL_CIPHER)> offered(SSL_get1_supported_ciphers(offering.get()),
                                                        [](auto* all) { sk_SSL_CIPHER_free(all); });
    ASSERT_GT(sk_SSL_CIPHER_num(offered.get()), 20);
    for (int at = 0; at < sk_SSL_CIPHER_num(offered.get()); ++at) {
        const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(offered.get(), at);
        const std::string name = SSL_CIPHER_get_name(cipher);
        const bool is_ecdsa = SSL_CIPHER_get_auth_nid(cipher) == NID_auth_ecdsa;
        const bool is_new = SSL_CIPHER_get_auth_nid(cipher) == NID_auth_any;
        if (!is_ecdsa && !is_new && SSL_CIPHER_get_auth_nid(cipher) != NID_auth_rsa) continue;  // PSK, SRP, DSA
        const SslContextPointer context = server_context(identities[is_ecdsa ? 0 : 1], {intermediate});
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_dh_auto(context.get(), 1);
        (is_new ? SSL_CTX_set_ciphersuites : SSL_CTX_set_cipher_list)(context.get(), name.c_str());
        if (!is_new) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
        const SslPointer ssl = legacy.connection(-1, "mx.example.com");
        const SslPointer server(SSL_new(context.get()));
        EXPECT_TRUE(shake_hands(ssl.get(), server.get())) << name;
        EXPECT_EQ(legacy.facts(ssl, "mx.example.com").cipher, name.c_str());
    }
}

TEST_F(TlsClientTest, HostileTextInCertificatesIsPrintable) {
    const CertificateFacts seen =
        read_certificate(make_certificate({.common_name = "a\x1b[31m\n\"}"}).certificate.get());
    EXPECT_EQ(seen.issuer_common_name, "a\\x1b[31m\\x0a\"}");
    for (const char c : seen.subject)
        EXPECT_GE(c, ' ');
}

TEST_F(TlsClientTest, AnOldServerIsRefusedByTheModernAndReachedByTheLegacyContext) {
    const Identity good = leaf({.key = "RSA 2048"});
    const SslContextPointer old_server = server_context(good, {intermediate});
    SSL_CTX_set_min_proto_version(old_server.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old_server.get(), TLS1_VERSION);

    const SslPointer refused = client.connection(-1, "mx.example.com");
    const SslPointer server(SSL_new(old_server.get()));
    EXPECT_FALSE(shake_hands(refused.get(), server.get()));

    TlsClient legacy(trusting({root}), TlsOffer::legacy);
    const SslPointer reached = legacy.connection(-1, "mx.example.com");
    const SslPointer again(SSL_new(old_server.get()));
    ASSERT_TRUE(shake_hands(reached.get(), again.get()));
    EXPECT_EQ(legacy.facts(reached, "mx.example.com").version, "TLSv1");
}

/// A server with a certificate of either kind shows the one that is asked for; a server without it refuses.
TEST_F(TlsClientTest, OneKindOfCertificateIsTaken) {
    const Identity ecdsa = leaf({.names = {"ecdsa.example.com"}});
    const Identity rsa = leaf({.names = {"rsa.example.com"}, .key = "RSA 2048"});
    const SslContextPointer both = server_context(rsa, {intermediate});
    ASSERT_EQ(SSL_CTX_use_certificate(both.get(), ecdsa.certificate.get()), 1);
    ASSERT_EQ(SSL_CTX_use_PrivateKey(both.get(), ecdsa.key.get()), 1);
    const SslContextPointer only_ecdsa = server_context(ecdsa, {intermediate});
    for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_max_proto_version(both.get(), newest);
        SSL_CTX_set_max_proto_version(only_ecdsa.get(), newest);
        for (const auto& [offer, name] :
             {std::pair(TlsOffer::only_rsa, "rsa.example.com"), std::pair(TlsOffer::only_ecdsa, "ecdsa.example.com")}) {
            TlsClient& picky = clients.of(offer);
            const SslPointer ours = picky.connection(-1, name);
            const SslPointer server(SSL_new(both.get()));
            ASSERT_TRUE(shake_hands(ours.get(), server.get())) << name << newest;
            EXPECT_TRUE(picky.facts(ours, name).name_match) << name << newest;
        }
        const SslPointer refused = clients.of(TlsOffer::only_rsa).connection(-1, "mx.example.com");
        const SslPointer server(SSL_new(only_ecdsa.get()));
        EXPECT_FALSE(shake_hands(refused.get(), server.get())) << newest;
    }
}

TEST_F(TlsClientTest, OneOldVersionIsSpoken) {
    const Identity good = leaf({.key = "RSA 2048"});
    const SslContextPointer all = server_context(good, {intermediate});
    SSL_CTX_set_min_proto_version(all.get(), TLS1_VERSION);
    for (const auto& [offer, version] :
         {std::pair(TlsOffer::only_1_0, "TLSv1"), std::pair(TlsOffer::only_1_1, "TLSv1.1")}) {
        TlsClient& old = clients.of(offer);
        const SslPointer ours = old.connection(-1, "mx.example.com");
        const SslPointer server(SSL_new(all.get()));
        ASSERT_TRUE(shake_hands(ours.get(), server.get())) << version;
        EXPECT_EQ(old.facts(ours, "mx.example.com").version, version);
    }
}

TEST(TrustStore, SaysWhatItCannotRead) {
    TlsSettings settings;
    settings.ca_file = "/nonexistent/ca.pem";
    const auto store = load_trust_store(settings);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().find("/nonexistent/ca.pem"), std::string::npos);
}

TEST(TrustStore, ReadsTheSystems) {
    EXPECT_TRUE(load_trust_store({}));
}

}  // namespace
}  // namespace mxfleet::testing
