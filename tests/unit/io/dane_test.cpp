// Certificates made here, held against records made of them: RFC 7671 and 7672, a row a case.
#include "probes/io/dane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "tests/unit/io/test_pki.hpp"

namespace mxfleet::testing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int days = 24;

std::vector<std::uint8_t> digest_of(const std::vector<std::uint8_t>& data, const EVP_MD* how) {
    std::vector<std::uint8_t> digest(static_cast<std::size_t>(EVP_MD_get_size(how)));
    EVP_Digest(data.data(), data.size(), digest.data(), nullptr, how, nullptr);
    return digest;
}

template <class Object>
std::vector<std::uint8_t> der(Object* object, int (*write)(const Object*, unsigned char**)) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(write(object, nullptr)));
    unsigned char* end = bytes.data();
    write(object, &end);
    return bytes;
}

/// The record `usage selector matching` for a certificate.
TlsaRecord record_of(const Identity& who, int usage, int selector, int matching) {
    auto data = selector == 0 ? der<X509>(who.certificate.get(), &i2d_X509)
                              : der<X509_PUBKEY>(X509_get_X509_PUBKEY(who.certificate.get()), &i2d_X509_PUBKEY);
    if (matching == 1) data = digest_of(data, EVP_sha256());
    if (matching == 2) data = digest_of(data, EVP_sha512());
    return {static_cast<std::uint8_t>(usage), static_cast<std::uint8_t>(selector), static_cast<std::uint8_t>(matching),
            std::move(data)};
}

Identity signed_by_itself(hours until = hours{90 * days}, std::string host = "mx.example.com") {
    return make_certificate(
        {.common_name = host, .names = {host}, .valid_from = hours{-100 * days}, .valid_until = until});
}

class DaneTest : public ::testing::Test {
protected:
    Identity root = make_certificate({.common_name = "Some Root", .is_ca = true});
    Identity intermediate = make_certificate({.common_name = "Some CA", .is_ca = true, .issuer = &root});
    Identity stranger = make_certificate({.common_name = "Strange Root", .is_ca = true});

    Identity leaf(const std::string& host = "mx.example.com", hours until = hours{90 * days}) {
        return make_certificate({.common_name = host,
                                 .names = {host},
                                 .issuer = &intermediate,
                                 .valid_from = hours{-100 * days},
                                 .valid_until = until});
    }

    static DaneFacts facts(std::vector<TlsaRecord> records, const std::vector<Identity>& sent,
                           std::string_view base = "mx.example.com") {
        const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> stack(
            sk_X509_new_null(), [](STACK_OF(X509) * all) { sk_X509_free(all); });
        for (const Identity& each : sent)
            sk_X509_push(stack.get(), each.certificate.get());
        const auto tlsa = std::make_shared<const TlsaFacts>(assess_tlsa(base, std::move(records)));
        EXPECT_EQ(tlsa->state, TlsaState::usable);
        const auto verified = verify_dane(tlsa, sent.front().certificate.get(), stack.get());
        EXPECT_NE(verified, nullptr);
        return *verified;
    }

    static DaneMatch match(std::vector<TlsaRecord> records, const std::vector<Identity>& sent,
                           std::string_view base = "mx.example.com") {
        return facts(std::move(records), sent, base).match;
    }
};

// ---- Usability ------------------------------------------------------------------------------------------------------

TEST_F(DaneTest, WhatCanBeUsed) {
    const Identity some = leaf();
    for (const int usage : {0, 1, 2, 3, 4, 255}) {
        for (const int selector : {0, 1, 2}) {
            for (const int matching : {0, 1, 2}) {
                const bool wanted = (usage == 2 || usage == 3) && selector <= 1;
                TlsaRecord record = record_of(some, usage, std::min(selector, 1), matching);
                record.selector = static_cast<std::uint8_t>(selector);
                EXPECT_EQ(is_usable(record), wanted) << usage << selector << matching;
            }
        }
    }
}

TEST_F(DaneTest, DataThatIsNotWhatItSaysCannotBeUsed) {
    const std::vector<std::uint8_t> digest(32, 7);
    const auto cut = [](TlsaRecord record) {
        record.data.pop_back();
        return record;
    };
    EXPECT_TRUE(is_usable({3, 1, 1, digest}));
    EXPECT_FALSE(is_usable({3, 1, 2, digest})) << "SHA-512 is longer";
    EXPECT_FALSE(is_usable({3, 1, 3, digest})) << "nobody knows digest 3";
    EXPECT_FALSE(is_usable({3, 1, 1, {}}));
    EXPECT_FALSE(is_usable({3, 1, 0, digest})) << "no key";
    EXPECT_FALSE(is_usable({2, 0, 0, digest})) << "no certificate";
    EXPECT_FALSE(is_usable(cut(record_of(leaf(), 3, 1, 1))));
    EXPECT_FALSE(is_usable(cut(record_of(leaf(), 3, 0, 0))));
}

TEST_F(DaneTest, RecordsAreInOneOrderAndThoseThatCanBeUsedFirst) {
    const TlsaRecord pkix{1, 1, 1, std::vector<std::uint8_t>(32, 1)};
    const TlsaRecord a{3, 1, 1, std::vector<std::uint8_t>(32, 1)};
    const TlsaRecord b{3, 1, 1, std::vector<std::uint8_t>(32, 2)};
    const TlsaFacts seen = assess_tlsa("mx", {b, pkix, a});
    EXPECT_THAT(seen.records, ElementsAre(a, b, pkix));
    EXPECT_EQ(seen.usable, 2u);
    EXPECT_EQ(seen, assess_tlsa("mx", {pkix, a, b}));
    EXPECT_EQ(assess_tlsa("mx", {pkix}).state, TlsaState::unusable);
}

TEST_F(DaneTest, AFloodOfRecordsIsCut) {
    EXPECT_EQ(assess_tlsa("mx", std::vector<TlsaRecord>(1000, {3, 1, 1, std::vector<std::uint8_t>(32)})).records.size(),
              tlsa_record_limit);
    const auto large = assess_tlsa("mx", std::vector<TlsaRecord>(1000, {3, 0, 0, std::vector<std::uint8_t>(5000)}));
    EXPECT_EQ(large.records.size(), 3u);
}

// ---- DANE-EE --------------------------------------------------------------------------------------------------------

TEST_F(DaneTest, EveryFormOfTheServersOwn) {
    const Identity some = leaf();
    for (const int selector : {0, 1}) {
        for (const int matching : {0, 1, 2}) {
            EXPECT_EQ(match({record_of(some, 3, selector, matching)}, {some, intermediate}), DaneMatch::end_entity);
            EXPECT_EQ(match({record_of(stranger, 3, selector, matching)}, {some, intermediate}), DaneMatch::none);
        }
    }
}

TEST_F(DaneTest, NamesAndDatesOfTheServersOwnDoNotMatter) {
    const Identity expired = signed_by_itself(hours{-days});
    EXPECT_EQ(match({record_of(expired, 3, 1, 1)}, {expired}), DaneMatch::end_entity);
    const Identity elsewhere = signed_by_itself(hours{days}, "somebody.else.example");
    EXPECT_EQ(match({record_of(elsewhere, 3, 1, 1)}, {elsewhere}), DaneMatch::end_entity);
}

TEST_F(DaneTest, AnEndEntityRecordOfAnIssuerMatchesNothing) {
    const Identity some = leaf();
    EXPECT_EQ(match({record_of(intermediate, 3, 1, 1)}, {some, intermediate, root}), DaneMatch::none);
}

// ---- DANE-TA --------------------------------------------------------------------------------------------------------

TEST_F(DaneTest, ATrustAnchorInTheChain) {
    const Identity some = leaf();
    for (const int selector : {0, 1}) {
        for (const int matching : {0, 1, 2}) {
            EXPECT_EQ(match({record_of(intermediate, 2, selector, matching)}, {some, intermediate}),
                      DaneMatch::trust_anchor)
                << selector << matching;
            EXPECT_EQ(match({record_of(root, 2, selector, matching)}, {some, intermediate, root}),
                      DaneMatch::trust_anchor);
            EXPECT_EQ(match({record_of(stranger, 2, selector, matching)}, {some, intermediate, root}), DaneMatch::none);
        }
    }
}

TEST_F(DaneTest, ATrustAnchorMustBeSent) {
    const Identity some = leaf();
    EXPECT_EQ(match({record_of(root, 2, 0, 1)}, {some, intermediate}), DaneMatch::none);
    EXPECT_EQ(match({record_of(root, 2, 1, 1)}, {some, intermediate}), DaneMatch::none);
}

TEST_F(DaneTest, UnderATrustAnchorNamesAndDatesCount) {
    const TlsaRecord anchor = record_of(intermediate, 2, 1, 1);
    EXPECT_EQ(match({anchor}, {leaf("other.example.com"), intermediate}), DaneMatch::other_name);
    EXPECT_EQ(match({anchor}, {leaf("*.example.com"), intermediate}), DaneMatch::trust_anchor);
    EXPECT_EQ(match({anchor}, {leaf("m*.example.com"), intermediate}), DaneMatch::other_name) << "whole labels only";
    EXPECT_EQ(match({anchor}, {leaf("mx.example.com", hours{-days}), intermediate}), DaneMatch::none);
    EXPECT_EQ(match({anchor}, {leaf("other.example.com", hours{-days}), intermediate}), DaneMatch::none)
        << "the name is not all that is wrong";
    const Identity common_name_only = make_certificate({.common_name = "mx.example.com", .issuer = &intermediate});
    EXPECT_EQ(match({anchor}, {common_name_only, intermediate}), DaneMatch::other_name);
    EXPECT_EQ(match({anchor}, {leaf("real.example.com"), intermediate}, "real.example.com"), DaneMatch::trust_anchor);
}

// ---- Several records ------------------------------------------------------------------------------------------------

TEST_F(DaneTest, OneMatchingRecordPasses) {
    const Identity some = leaf();
    const Identity next = leaf();
    const DaneFacts rolled = facts({record_of(next, 3, 1, 1), record_of(some, 3, 1, 1)}, {some, intermediate});
    EXPECT_EQ(rolled.match, DaneMatch::end_entity);
    ASSERT_EQ(rolled.unmatched.size(), 1u);
    EXPECT_EQ(rolled.tlsa->records[rolled.unmatched[0]], record_of(next, 3, 1, 1));

    const DaneFacts both = facts({record_of(intermediate, 2, 1, 1), record_of(some, 3, 1, 1)}, {some, intermediate});
    EXPECT_EQ(both.match, DaneMatch::end_entity);
    EXPECT_THAT(both.unmatched, IsEmpty());

    const Identity elsewhere = leaf("other.example.com");
    const DaneFacts named =
        facts({record_of(intermediate, 2, 1, 1), record_of(next, 3, 1, 1)}, {elsewhere, intermediate});
    EXPECT_EQ(named.match, DaneMatch::other_name);
    EXPECT_EQ(named.unmatched.size(), 1u) << "the trust anchor is there, whatever the name";
}

TEST_F(DaneTest, OnlyRecordsThatCanBeUsedAreHeldAgainstTheServer) {
    const Identity some = leaf();
    EXPECT_THAT(facts({record_of(some, 3, 1, 1), record_of(some, 1, 1, 1)}, {some, intermediate}).unmatched, IsEmpty());
    EXPECT_THAT(facts({record_of(stranger, 3, 1, 1)}, {some, intermediate}).unmatched, IsEmpty())
        << "that a lone record does not match is what the match says";
}

TEST_F(DaneTest, OfTwoDigestsOfOneKindTheStrongerDecides) {
    const Identity some = leaf();
    const Identity next = leaf();
    EXPECT_EQ(match({record_of(some, 3, 1, 1), record_of(next, 3, 1, 2)}, {some, intermediate}), DaneMatch::none)
        << "RFC 7671 §9: digest agility";
}

}  // namespace
}  // namespace mxfleet::testing
