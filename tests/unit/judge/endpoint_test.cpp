#include "agent/judge/endpoint.hpp"
#include "tests/unit/judge/moments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

JudgeSettings settings() {
    return {.failures_to_confirm = 3, .banner_slow = 10s, .expiry_warning = 21 * 24h, .expiry_critical = 7 * 24h};
}

std::shared_ptr<SessionFacts> up_without_tls() {
    auto facts = std::make_shared<SessionFacts>();
    facts->greeting = Greeting{"mx.example.com", 220, false};
    facts->hello_code = 250;
    facts->capabilities = std::make_shared<const Capabilities>();
    facts->starttls = StartTls::not_offered;
    return facts;
}

std::shared_ptr<SessionFacts> failed_with(Phase phase, Reason reason, std::string detail = {}) {
    auto facts = std::make_shared<SessionFacts>();
    facts->failure = Failure{phase, reason, std::move(detail)};
    return facts;
}

class EndpointHistory : public testing::Test {
protected:
    EndpointHistory() { status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25}; }

    void session(std::shared_ptr<const SessionFacts> facts) {
        status = after_session(status, std::move(facts), now, settings());
        now += 5min;
    }

    std::vector<std::string> codes() const {
        std::vector<std::string> all;
        for (const HeldStatement& held : status.findings)
            all.emplace_back(held.statement.code.text());
        return all;
    }

    EndpointStatus status;
    WallTime now = start_of_time;
};

TEST_F(EndpointHistory, NothingIsKnownBeforeTheFirstSession) {
    EXPECT_FALSE(status.is_up());
    EXPECT_FALSE(status.is_confirmed_up());
}

TEST_F(EndpointHistory, SessionsThatDoNotAskWhetherTlsIsRequiredLeaveTheAnswerBe) {
    auto asked = up_without_tls();
    asked->tls_required = true;
    asked->relay = std::make_shared<const RelayFacts>();
    session(asked);
    EXPECT_THAT(codes(), Contains("smtp.tls_required"));
    session(up_without_tls());
    EXPECT_THAT(codes(), Contains("smtp.tls_required"));
    session(failed_with(Phase::banner, Reason::timeout));
    session(up_without_tls());
    EXPECT_THAT(codes(), Contains("smtp.tls_required"));
    asked = up_without_tls();
    asked->tls_required = false;
    session(asked);
    EXPECT_THAT(codes(), Not(Contains("smtp.tls_required")));
}

std::shared_ptr<SessionFacts> up_with_starttls(StartTls outcome) {
    auto facts = up_without_tls();
    facts->starttls = outcome;
    return facts;
}

TEST_F(EndpointHistory, StarttlsThatWasOfferedWithinAWeekIsStripped) {
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered"));
    session(up_with_starttls(StartTls::broken));
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.stripped"));
    EXPECT_EQ(status.findings[0].statement.summary, "STARTTLS is not offered, and was 5 minutes ago");
    session(failed_with(Phase::connect, Reason::refused));
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.stripped")) << "as long as it is gone";
    now += 7 * 24h - 20min;
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.stripped"));
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered")) << "nobody remembers it";
}

TEST_F(EndpointHistory, UpAtOnceWithItsFindings) {
    session(up_without_tls());
    EXPECT_EQ(status.is_up(), true);
    EXPECT_EQ(status.is_confirmed_up(), true);
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered"));
    EXPECT_EQ(status.findings[0].since, start_of_time);
    EXPECT_EQ(status.succeeded_at, start_of_time);
}

std::shared_ptr<SessionFacts> up_with_tls() {
    auto facts = up_without_tls();
    ChainFacts chain;
    chain.sent.resize(1);
    chain.sent.front().not_after = std::chrono::floor<std::chrono::seconds>(start_of_time) + 24h * 365;
    chain.trusted = chain.dates = chain.chain_complete = true;
    facts->starttls = StartTls::ok;
    facts->capabilities_tls = facts->capabilities;
    facts->tls = TlsFacts{"TLSv1.3", "", std::make_shared<const ChainFacts>(chain), true};
    return facts;
}

TEST_F(EndpointHistory, WhatRarerHandshakesShowIsSaidWhileItIsUp) {
    session(up_with_tls());
    RareHandshakes found;
    found.facts[static_cast<std::size_t>(RareHandshake::tls_1_0)] = RareHandshakeFacts{true, nullptr, true};
    status = with_rare_handshakes(status, found);
    EXPECT_THAT(codes(), IsEmpty()) << "the next session is judged with it";
    session(up_with_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.legacy_protocol"));

    status = with_rare_handshakes(status, {});
    session(up_with_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.legacy_protocol")) << "what was not learned this time stays";

    for (int at = 0; at < 3; ++at)
        session(failed_with(Phase::connect, Reason::refused));
    EXPECT_THAT(codes(), ElementsAre("smtp.connect_refused"));

    auto only_legacy = up_with_tls();
    only_legacy->tls->version = "TLSv1";
    session(only_legacy);
    EXPECT_THAT(codes(), ElementsAre("tls.legacy_protocol")) << "once";
}

TEST_F(EndpointHistory, OneFailureIsRawOnly) {
    session(up_without_tls());
    session(failed_with(Phase::connect, Reason::refused));
    EXPECT_EQ(status.is_up(), false);
    EXPECT_EQ(status.is_confirmed_up(), true);
    EXPECT_EQ(status.since, start_of_time + 5min);
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered")) << "what was seen while it was up still stands";
    EXPECT_EQ(status.findings[0].since, start_of_time);
}

TEST_F(EndpointHistory, ThreeFailuresAreAFinding) {
    session(up_without_tls());
    for (int at = 0; at < 3; ++at)
        session(failed_with(Phase::connect, Reason::refused));
    EXPECT_EQ(status.is_confirmed_up(), false);
    EXPECT_THAT(codes(), ElementsAre("smtp.connect_refused"));
    EXPECT_EQ(status.since, start_of_time + 5min) << "of the state, not of the last session";
    EXPECT_EQ(status.findings[0].since, start_of_time + 15min);
    session(up_without_tls());
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered"));
    EXPECT_EQ(status.is_confirmed_up(), true);
}

TEST_F(EndpointHistory, OurOwnFaultNeverReadsAsTheirs) {
    session(up_without_tls());
    for (int at = 0; at < 3; ++at)
        session(failed_with(Phase::connect, Reason::local_fault));
    EXPECT_EQ(status.state, EndpointState::unknown);
    EXPECT_FALSE(status.is_up());
    EXPECT_FALSE(status.is_confirmed_up());
    EXPECT_THAT(codes(), ElementsAre("tls.not_offered"));
}

TEST_F(EndpointHistory, OurOwnFaultDoesNotHideWhatWasConfirmed) {
    for (int at = 0; at < 3; ++at)
        session(failed_with(Phase::connect, Reason::timeout));
    session(failed_with(Phase::connect, Reason::local_fault));
    EXPECT_EQ(status.is_confirmed_up(), false);
    EXPECT_THAT(codes(), ElementsAre("smtp.connect_timeout"));
}

TEST_F(EndpointHistory, ASkippedSessionCountsNeitherWay) {
    auto skip = std::make_shared<SessionFacts>();
    skip->failure = Failure{Phase::connect, Reason::no_route, "Network is unreachable"};
    skip->no_local_route = true;
    session(skip);
    EXPECT_EQ(status.state, EndpointState::skipped);
    EXPECT_FALSE(status.result);
    EXPECT_FALSE(status.is_up());
    EXPECT_THAT(status.probes, testing::Each(0u));
    EXPECT_THAT(status.failures(), IsEmpty());
    EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(EndpointHistory, WithIpv6InsistedOnNoRouteIsAFailure) {
    auto facts = std::make_shared<SessionFacts>();
    facts->failure = Failure{Phase::connect, Reason::no_route, ""};
    facts->no_local_route = true;
    JudgeSettings insisting = settings();
    insisting.skip_without_ipv6_route = false;
    EXPECT_EQ(after_session(status, facts, now, insisting).state, EndpointState::down);
}

TEST_F(EndpointHistory, CountsByResultAndByPhaseAndReason) {
    session(up_without_tls());
    session(failed_with(Phase::banner, Reason::timeout));
    session(failed_with(Phase::banner, Reason::timeout));
    session(failed_with(Phase::banner, Reason::temporary, "421 later"));
    EXPECT_THAT(status.probes, ElementsAre(1, 2, 1));
    ASSERT_EQ(status.failures().size(), 2u);
    EXPECT_EQ(status.failures()[0].count, 2u);
    EXPECT_EQ(status.confirmation.failures, 0u);
}

TEST_F(EndpointHistory, KeepsTheLastSessionAndTheLastThatFailed) {
    const auto failure = failed_with(Phase::ehlo, Reason::reset);
    session(failure);
    const auto good = up_without_tls();
    session(good);
    EXPECT_EQ(status.last, good);
    EXPECT_EQ(status.last_up, good);
    EXPECT_EQ(status.last_failed(), failure);
}

TEST_F(EndpointHistory, TlsTroubleIsAFailureOfTheSessionButNotOfTheEndpoint) {
    auto facts = up_without_tls();
    facts->starttls = StartTls::failed;
    facts->failure = Failure{Phase::tls_handshake, Reason::tls_error, "no shared cipher"};
    session(facts);
    EXPECT_EQ(status.is_up(), true);
    EXPECT_THAT(codes(), ElementsAre("tls.handshake_failed"));
    EXPECT_THAT(status.probes, ElementsAre(1, 0, 0));
    EXPECT_EQ(status.last_failed(), facts);
}

TEST_F(EndpointHistory, TellsOnlyWhatMatters) {
    session(up_without_tls());
    const EndpointStatus before = status;
    session(up_without_tls());
    EXPECT_TRUE(same_judgement(before, status));
    session(failed_with(Phase::connect, Reason::refused));
    EXPECT_FALSE(same_judgement(before, status));
}

TEST(Skipped, SaysWhy) {
    const EndpointStatus status = skipped({"mx", *IpAddress::parse("::1"), 25},
                                          {Phase::connect, Reason::policy, "smtp.ipv6 is off"}, start_of_time);
    EXPECT_EQ(status.state, EndpointState::skipped);
    EXPECT_EQ(status.last->failure->detail, "smtp.ipv6 is off");
    EXPECT_FALSE(status.is_up());
}

/// An address that there is no way to any more keeps what it was, and is said to be neither up nor down.
TEST_F(EndpointHistory, OneThatIsSkippedIsNotUpAnyMore) {
    status.key.ip = *IpAddress::parse("2001:db8::1");
    session(up_without_tls());
    EXPECT_EQ(status.is_confirmed_up(), true);
    const auto no_way = failed_with(Phase::connect, Reason::no_route);
    no_way->no_local_route = true;
    session(no_way);
    EXPECT_EQ(status.state, EndpointState::skipped);
    EXPECT_EQ(status.is_up(), std::nullopt);
    EXPECT_EQ(status.is_confirmed_up(), std::nullopt);
    session(up_without_tls());
    EXPECT_EQ(status.is_confirmed_up(), true);
}

TEST_F(EndpointHistory, LatenciesAreCountedWhereThatIsWanted) {
    auto quick = up_without_tls();
    quick->times.set(Phase::connect, 5ms);
    session(quick);
    EXPECT_EQ(status.latencies, nullptr);
    JudgeSettings counting = settings();
    counting.count_latencies = true;
    for (const Duration banner : {Duration{6ms}, Duration{90s}}) {
        quick->times.set(Phase::banner, banner);
        status = after_session(status, std::make_shared<const SessionFacts>(*quick), now, counting);
    }
    const LatencyHistogram& connect = status.latencies->connect;
    const LatencyHistogram& greeted = status.latencies->banner;
    EXPECT_EQ(connect.counts.front(), 2u) << "a bound belongs to its bucket";
    EXPECT_EQ(connect.sum, 10ms);
    EXPECT_EQ((std::array{greeted.counts[0], greeted.counts[1], greeted.counts.back()}),
              (std::array<std::uint64_t, 3>{0, 1, 1}));
    session(quick);
    EXPECT_EQ(status.latencies, nullptr) << "not wanted any more";
}

// ---- TLSA records ---------------------------------------------------------------------------------------------------

TEST_F(EndpointHistory, ARecordThatDoesNotMatchIsSaidAsLongAsThereAreRecords) {
    TlsaFacts records{.state = TlsaState::usable, .base = "mx.example.com"};
    records.records = {{3, 1, 1, std::vector<std::uint8_t>(32, 1)}};
    records.usable = 1;
    const auto tlsa = std::make_shared<const TlsaFacts>(records);
    auto shaken = up_without_tls();
    shaken->starttls = StartTls::ok;
    shaken->dane = std::make_shared<const DaneFacts>(DaneFacts{tlsa, DaneMatch::none, {}});

    const EndpointStatus before = status;
    session(shaken);
    EXPECT_THAT(codes(), Not(Contains("dane.mismatch"))) << "not known to have records";
    status = with_tlsa(before, tlsa);
    session(shaken);
    EXPECT_THAT(codes(), Contains("dane.mismatch"));
    session(failed_with(Phase::banner, Reason::timeout));
    EXPECT_THAT(codes(), Contains("dane.mismatch")) << "until the failure is confirmed";
    status = with_tlsa(status, tlsa_without_records(TlsaState::absent));
    session(failed_with(Phase::banner, Reason::timeout));
    EXPECT_THAT(codes(), Not(Contains("dane.mismatch"))) << "the records are gone";

    status = with_tlsa(before, tlsa);
    session(up_without_tls());
    EXPECT_THAT(codes(), Contains("dane.tls_unavailable"));
}

TEST_F(EndpointHistory, AMatchWhereThereWasNoneIsToldToWhoeverJudgesDomains) {
    const auto shaken = [](std::optional<DaneMatch> match) {
        auto facts = up_without_tls();
        if (match) facts->dane = std::make_shared<const DaneFacts>(DaneFacts{nullptr, *match, {}});
        return facts;
    };
    session(shaken({}));
    const EndpointStatus before = status;
    session(shaken({}));
    EXPECT_TRUE(same_judgement(before, status));
    session(shaken(DaneMatch::end_entity));
    EXPECT_FALSE(same_judgement(before, status));
}

// ---- What does not rest on the last session alone -------------------------------------------------------------------

TEST_F(EndpointHistory, ItsReputationStaysOverSessionsAndKeepsItsTime) {
    session(up_without_tls());
    status = with_reputation(status, {nullptr, {{}, ReverseState::missing}}, now);
    const WallTime found = now;
    session(up_without_tls());
    for (int times = 0; times < 3; ++times)
        session(failed_with(Phase::connect, Reason::timeout));
    session(failed_with(Phase::connect, Reason::local_fault));
    EXPECT_THAT(codes(), ElementsAre("smtp.connect_timeout", "rdns.missing"));
    EXPECT_EQ(status.findings.back().since, found);
    status = with_reputation(status, {nullptr, {"mx.example.com", ReverseState::confirmed}}, now);
    EXPECT_THAT(codes(), ElementsAre("smtp.connect_timeout"));
}

TEST_F(EndpointHistory, FlappingIsToldWhileItGoesOn) {
    for (int times = 0; times < 2; ++times) {
        session(up_without_tls());
        EXPECT_THAT(codes(), Not(Contains("smtp.flapping")));
        session(failed_with(Phase::banner, Reason::closed));
    }
    EXPECT_THAT(codes(), Contains("smtp.flapping"));
    for (int times = 0; times < 8; ++times)
        session(up_without_tls());
    EXPECT_THAT(codes(), Not(Contains("smtp.flapping")));
}

TEST_F(EndpointHistory, ARefusalIsAboutUsWhileOurAddressIsListed) {
    const auto refused = failed_with(Phase::banner, Reason::rejected, "554 no service here");
    JudgeSettings by = settings();
    EXPECT_EQ(after_session(status, refused, now, by).state, EndpointState::down);
    by.own_address_listed = true;
    EXPECT_EQ(after_session(status, refused, now, by).state, EndpointState::blocked_us);
    EXPECT_EQ(after_session(status, failed_with(Phase::connect, Reason::refused), now, by).state, EndpointState::down);
}

}  // namespace
}  // namespace mxfleet
