#include "probes/tls/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime today{days{20'000}};

struct Handshake {
    Handshake() {
        chain.trusted = chain.dates = chain.chain_complete = true;
        chain.sent = {{.subject = "CN=mx",
                       .issuer = "CN=CA",
                       .names = {"mx.example.com"},
                       .not_before = date(-30),
                       .not_after = date(60)}};
        chain.not_after = date(60);
    }

    static CertificateTime date(int offset) { return floor<std::chrono::seconds>(today) + days{offset}; }

    void expires_in(int offset) {
        leaf().not_after = date(offset);
        chain.not_after = date(offset);
        chain.dates = offset >= 0;
    }

    CertificateFacts& leaf() { return chain.sent.front(); }

    std::vector<Statement> judged() const {
        const TlsFacts facts{"TLSv1.3", "cipher", std::make_shared<const ChainFacts>(chain), name_match};
        return judge_certificate(facts, {"mx.example.com", today, days{21}, days{7}, dane_ee_matches});
    }

    std::vector<std::string> codes() const {
        std::vector<std::string> all;
        for (const Statement& each : judged()) {
            all.push_back(std::string(each.code.text()) + (each.severity == Severity::critical ? " critical" : ""));
        }
        return all;
    }

    ChainFacts chain;
    bool name_match = true;
    bool dane_ee_matches = false;
};

TEST(CertificateFindings, NoneForAGoodOne) {
    EXPECT_THAT(Handshake().codes(), IsEmpty());
}

TEST(CertificateFindings, OneLadderOfExpiry) {
    struct Row {
        int days_left;
        std::vector<std::string> codes;
    };
    for (const Row& row : {
             Row{21, {}},
             Row{20, {"cert.expires_soon"}},
             Row{7, {"cert.expires_soon"}},
             Row{6, {"cert.expires_soon critical"}},
             Row{0, {"cert.expires_soon critical"}},
             Row{-1, {"cert.expired critical"}},
         }) {
        Handshake handshake;
        handshake.expires_in(row.days_left);
        EXPECT_EQ(handshake.codes(), row.codes) << row.days_left;
    }
}

TEST(CertificateFindings, AnExpiredOneThatIsBadAnywayOnlyWarns) {
    Handshake handshake;
    handshake.expires_in(-3);
    handshake.name_match = false;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.expired", "cert.name_mismatch"));
    handshake.name_match = true;
    handshake.chain.trusted = false;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.expired", "cert.untrusted"));
}

/// CHECKS §5: an alarm would be wrong.
TEST(CertificateFindings, WhatDaneEeMakesIrrelevantIsInformation) {
    Handshake handshake;
    handshake.dane_ee_matches = true;
    handshake.expires_in(-3);
    EXPECT_EQ(handshake.judged()[0].severity, Severity::info) << "though chain and name are good";
    handshake.name_match = handshake.chain.trusted = handshake.chain.chain_complete = false;
    handshake.leaf().weak_key = true;
    const auto severity_of = [&](std::string_view code) {
        for (const Statement& each : handshake.judged())
            if (each.code.text() == code) return each.severity;
        return Severity::critical;
    };
    for (const std::string_view settled :
         {"cert.expired", "cert.untrusted", "cert.chain_incomplete", "cert.name_mismatch"})
        EXPECT_EQ(severity_of(settled), Severity::info) << settled;
    EXPECT_EQ(severity_of("cert.weak_key"), Severity::warning) << "that is no matter of trust";
    handshake.leaf().self_signed = true;
    EXPECT_EQ(severity_of("cert.self_signed"), Severity::info);
}

TEST(CertificateFindings, AnExpiredIntermediateIsSaidToBeOne) {
    Handshake handshake;
    handshake.chain.not_after = Handshake::date(-2);
    handshake.chain.dates = false;
    ASSERT_THAT(handshake.codes(), ElementsAre("cert.expired critical"));
    EXPECT_THAT(handshake.judged().front().summary, HasSubstr("above the server's own"));
}

TEST(CertificateFindings, NotYetValid) {
    Handshake handshake;
    handshake.leaf().not_before = Handshake::date(2);
    handshake.chain.dates = false;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.not_yet_valid"));
}

TEST(CertificateFindings, SelfSignedIsSaidInsteadOfUntrusted) {
    Handshake handshake;
    handshake.chain.trusted = false;
    handshake.leaf().self_signed = true;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.self_signed"));
}

TEST(CertificateFindings, ATrustedRootThatServesItsOwnMailIsFine) {
    Handshake handshake;
    handshake.leaf().self_signed = true;
    EXPECT_THAT(handshake.codes(), IsEmpty());
}

TEST(CertificateFindings, AMissingIssuerSaysWhyTheChainIsNotTrusted) {
    Handshake handshake;
    handshake.chain.trusted = handshake.chain.chain_complete = false;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.untrusted", "cert.chain_incomplete"));
}

TEST(CertificateFindings, TheWrongNameIsToldWithTheOnesItHas) {
    Handshake handshake;
    handshake.name_match = false;
    handshake.leaf().names = {"a.example", "b.example"};
    EXPECT_EQ(handshake.judged().front().summary, "certificate is for a.example, b.example, not for mx.example.com");
    handshake.leaf().names.clear();
    EXPECT_EQ(handshake.judged().front().summary, "certificate is for no host name, not for mx.example.com");
}

TEST(CertificateFindings, WeakKeysAndSignaturesAnywhereInTheChain) {
    Handshake handshake;
    handshake.chain.sent.push_back(handshake.leaf());
    handshake.chain.sent.back().weak_key = true;
    handshake.chain.sent.back().weak_signature = true;
    EXPECT_THAT(handshake.codes(), ElementsAre("cert.weak_key", "cert.weak_signature"));
}

TEST(CertificateFindings, NothingWithoutACertificate) {
    EXPECT_THAT(judge_certificate({"TLSv1.3", "", std::make_shared<const ChainFacts>(), false},
                                  {"mx", today, days{1}, days{1}}),
                IsEmpty());
    EXPECT_THAT(judge_certificate({}, {"mx", today, days{1}, days{1}}), IsEmpty());
}

TEST(Covers, WholeLeftmostLabelsOnly) {
    EXPECT_TRUE(covers("mx.example.com", "MX.example.com"));
    EXPECT_TRUE(covers("*.example.com", "mx.example.com"));
    for (const char* host : {"example.com", "a.mx.example.com", ".example.com", "mx.example.org"}) {
        EXPECT_FALSE(covers("*.example.com", host)) << host;
    }
    EXPECT_FALSE(covers("m*.example.com", "mx.example.com"));
    EXPECT_FALSE(covers("", "mx.example.com"));
}

/// As the handshake of that kind shows it; null: the usual certificate.
std::vector<std::string> rare_summaries(RareHandshake kind, std::shared_ptr<const ChainFacts> chain) {
    RareHandshakes found;
    found.facts[static_cast<std::size_t>(kind)] = RareHandshakeFacts{true, std::move(chain), true};
    std::vector<std::string> all;
    for (const Statement& each : judge_rare_handshakes(found, {"mx.example.com", today, days{21}, days{7}}))
        all.push_back(std::string(each.code.text()) + ": " + std::string(each.summary));
    return all;
}

TEST(RareHandshakes, OldVersionsAndTheOtherCertificateAreSaid) {
    Handshake expired;
    expired.expires_in(-3);
    const auto other = std::make_shared<const ChainFacts>(expired.chain);
    EXPECT_THAT(rare_summaries(RareHandshake::tls_1_1, nullptr),
                ElementsAre("tls.legacy_protocol: accepted besides newer ones: TLSv1.1"));
    EXPECT_THAT(rare_summaries(RareHandshake::rsa, other),
                ElementsAre("cert.expired: the RSA certificate: certificate expired 3 days ago"));
    EXPECT_THAT(rare_summaries(RareHandshake::rsa, nullptr), IsEmpty()) << "the usual one has been judged";
    EXPECT_THAT(rare_summaries(RareHandshake::nameless, other), IsEmpty()) << "no sender of today leaves the name out";
}

TEST(RareHandshakes, WhatIsRefusedOrNotLearnedIsNothing) {
    RareHandshakes found;
    found.facts[static_cast<std::size_t>(RareHandshake::tls_1_0)] = RareHandshakeFacts{};
    EXPECT_THAT(judge_rare_handshakes(found, {"mx.example.com", today, days{21}, days{7}}), IsEmpty());
}

}  // namespace
}  // namespace mxfleet
