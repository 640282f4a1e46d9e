#include "agent/fleet/deep_looks.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr TargetId target = 3;

std::shared_ptr<const ChainFacts> chain_of(const char* sha256) {
    ChainFacts chain;
    chain.sent.resize(1);
    chain.sent.front().sha256 = sha256;
    return std::make_shared<const ChainFacts>(std::move(chain));
}

SessionFacts up() {
    SessionFacts facts;
    facts.greeting.emplace().code = 220;
    facts.hello_code = 250;
    return facts;
}

SessionFacts shaken(const char* sha256) {
    SessionFacts facts = up();
    facts.starttls = StartTls::ok;
    facts.tls = TlsFacts{"TLSv1.3", "", chain_of(sha256), true};
    return facts;
}

SessionFacts failed_with(Phase phase, Reason reason) {
    SessionFacts facts = phase == Phase::connect ? SessionFacts{} : up();
    if (phase == Phase::tls_handshake) facts.starttls = StartTls::failed;
    facts.failure = Failure{phase, reason, {}};
    return facts;
}

TEST(RareFacts, AnotherCertificateIsKeptAndTheUsualIsNot) {
    const auto usual = chain_of("usual");
    const auto other = rare_facts(shaken("other"), usual);
    ASSERT_TRUE(other && other->accepted && other->chain);
    EXPECT_EQ(other->chain->sent.front().sha256, "other");
    const auto same = rare_facts(shaken("usual"), usual);
    ASSERT_TRUE(same);
    EXPECT_TRUE(same->accepted);
    EXPECT_EQ(same->chain, nullptr);
}

struct FailureRow {
    const char* what;
    SessionFacts session;
    bool learned;
};

/// A refusal is an answer; that nobody was there, or nothing was said, is none.
TEST(RareFacts, OnlyARefusalSaysThatItIsNotAccepted) {
    for (const FailureRow& row : std::initializer_list<FailureRow>{
             {"an alert", failed_with(Phase::tls_handshake, Reason::tls_error), true},
             {"hung up", failed_with(Phase::tls_handshake, Reason::closed), true},
             {"reset", failed_with(Phase::tls_handshake, Reason::reset), true},
             {"silence", failed_with(Phase::tls_handshake, Reason::timeout), false},
             {"nobody there", failed_with(Phase::connect, Reason::refused), false},
             {"dropped at STARTTLS", failed_with(Phase::starttls, Reason::closed), false},
             {"our own fault", failed_with(Phase::tls_handshake, Reason::local_fault), false},
         }) {
        const auto facts = rare_facts(row.session, nullptr);
        EXPECT_EQ(facts.has_value(), row.learned) << row.what;
        if (facts) {
            EXPECT_FALSE(facts->accepted) << row.what;
        }
    }
}

TEST(DeepLooks, EachKindHasASessionOfItsOwnAndThenAllIsTold) {
    DeepLooks looks;
    EXPECT_FALSE(looks.next(target));
    looks.begin(target, chain_of("usual")).turn_after = SteadyTime{5min};
    for (std::size_t at = 0; at < rare_handshake_count; ++at) {
        const auto next = looks.next(target);
        ASSERT_EQ(next, static_cast<RareHandshake>(at));
        EXPECT_FALSE(looks.next(target + 1));
        const bool is_rsa = *next == RareHandshake::rsa;
        const auto whole =
            looks.take(target, is_rsa ? shaken("other") : failed_with(Phase::tls_handshake, Reason::tls_error));
        ASSERT_EQ(whole.has_value(), at + 1 == rare_handshake_count);
        if (!whole) continue;
        EXPECT_EQ(whole->turn_after, SteadyTime{5min});
        EXPECT_TRUE(whole->found.accepts(RareHandshake::rsa));
        EXPECT_FALSE(whole->found.accepts(RareHandshake::tls_1_0));
        EXPECT_TRUE(whole->found[RareHandshake::tls_1_0]);
    }
    EXPECT_FALSE(looks.next(target)) << "it is over";
}

TEST(DeepLooks, AServerThatIsNotToBeReachedIsLeftAlone) {
    DeepLooks looks;
    looks.begin(target, chain_of("usual"));
    EXPECT_FALSE(looks.take(target, shaken("usual")));
    const auto whole = looks.take(target, failed_with(Phase::connect, Reason::refused));
    ASSERT_TRUE(whole);
    EXPECT_TRUE(whole->found.accepts(RareHandshake::tls_1_0));
    EXPECT_FALSE(whole->found[RareHandshake::tls_1_1]);
    EXPECT_FALSE(looks.next(target));
}

/// A fleet's looks are spread over the day, and each endpoint has one a day.
TEST(DeepLooks, EveryEndpointHasItsTimeOfDay) {
    constexpr Duration a_day = 24h;
    std::map<int, int> in_hour;
    for (int number = 0; number < 2400; ++number) {
        const EndpointKey key{"mx" + std::to_string(number) + ".example", *IpAddress::parse("192.0.2.1"), 25};
        const SteadyTime began{1h};  // the host was started an hour ago
        const auto day = DeepLooks::day_of(key, a_day, began);
        EXPECT_EQ(DeepLooks::day_of(key, a_day, began + a_day), static_cast<std::uint16_t>(day + 1));
        int hour = 1;
        while (DeepLooks::day_of(key, a_day, began + std::chrono::hours{hour}) == day)
            ++hour;
        ++in_hour[hour];
    }
    EXPECT_EQ(in_hour.size(), 24u);
    for (const auto& [hour, count] : in_hour)
        EXPECT_NEAR(count, 100, 50) << hour;
}

TEST(Manner, IsAnotherForEachKind) {
    EXPECT_EQ(manner_of(RareHandshake::tls_1_0).offer, TlsOffer::only_1_0);
    EXPECT_EQ(manner_of(RareHandshake::tls_1_1).offer, TlsOffer::only_1_1);
    EXPECT_EQ(manner_of(RareHandshake::rsa).offer, TlsOffer::only_rsa);
    EXPECT_EQ(manner_of(RareHandshake::ecdsa).offer, TlsOffer::only_ecdsa);
    EXPECT_TRUE(manner_of(RareHandshake::nameless).nameless);
}

}  // namespace
}  // namespace mxfleet
