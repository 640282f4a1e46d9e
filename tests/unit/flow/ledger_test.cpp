// What becomes of messages, as time passes here and letters come: one line an event.
#include "probes/flow/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/flow/findings.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime start = std::chrono::sys_days{std::chrono::November / 22 / 2026};
const EndpointKey mx1{"mx1.example.com", *IpAddress::parse("192.0.2.1")};
const EndpointKey mx2{"mx2.example.com", *IpAddress::parse("192.0.2.2")};

class LedgerTest : public testing::Test {
protected:
    /// At that time after the start.
    void at(std::chrono::milliseconds time) { now = start + time; }

    Token send(Handed outcome = Handed::accepted, const EndpointKey& endpoint = mx1) {
        const Token token = begin(endpoint);
        ledger.handed(token, endpoint, outcome, "250 ok", now);
        return token;
    }

    Token begin(const EndpointKey& endpoint = mx1) {
        Token token{1, std::chrono::floor<std::chrono::seconds>(now), "0123456789abcdef0123" + std::to_string(next++)};
        ledger.begin(token, endpoint, now);
        ledger.attempt_begins(token, now);
        return token;
    }

    bool see(const Token& token, const std::string& id = "INBOX/1", bool junk = false, MaybeTime previous = {},
             std::vector<Hop> hops = {}) {
        LetterFacts facts;
        facts.token = token;
        facts.hops = std::move(hops);
        return ledger.saw({id, junk, std::make_shared<const LetterFacts>(std::move(facts))}, previous, now);
    }

    void report(const Token& token, ReportedAction action) {
        LetterFacts facts;
        facts.token = token;
        facts.report = DeliveryReport{action, "mx9.example.com", "5.1.1", "550 no such user", token};
        ledger.saw({"INBOX/9", false, std::make_shared<const LetterFacts>(std::move(facts))}, {}, now);
    }

    /// The mailbox was read, whole, and told nothing but what was seen.
    void read() { ledger.read_all(now, now); }

    std::vector<std::string> said() const {
        std::vector<std::string> all;
        for (const FlowStatement& each : judge_flow("in", ledger.terms(), ledger.messages()))
            all.push_back(std::string(each.statement.code.text()) +
                          (each.endpoint ? " " + each.endpoint->ip.text() : ""));
        return all;
    }

    std::string words() const { return judge_flow("in", ledger.terms(), ledger.messages()).at(0).statement.summary; }

    std::uint64_t counted(FlowOutcome outcome) const { return ledger.counts()[outcome]; }

    FlowLedger ledger{{15min, 5min, 1h, false}};
    WallTime now = start;
    int next = 1000;
};

TEST_F(LedgerTest, AMessageArrives) {
    const Token token = send();
    EXPECT_EQ(ledger.in_flight(), 1u);
    at(20s);
    EXPECT_TRUE(see(token));
    EXPECT_EQ(ledger.in_flight(), 0u);
    EXPECT_EQ(counted(FlowOutcome::sent), 1u);
    EXPECT_EQ(counted(FlowOutcome::delivered), 1u);
    EXPECT_EQ(counted(FlowOutcome::late), 0u);
    EXPECT_EQ(ledger.counts().deliveries[4], 1u) << "up to 30 s";
    EXPECT_DOUBLE_EQ(ledger.counts().delivery_seconds, 20);
    EXPECT_EQ(ledger.last_delivery(), MaybeTime(now));
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, WhatIsNotOursIsNotTaken) {
    send();
    EXPECT_FALSE(see(Token{2, {}, "fedcba9876543210fedcba98"}));
    EXPECT_EQ(ledger.in_flight(), 1u);
}

TEST_F(LedgerTest, IsLostOnlyOnceACompleteReadingAfterItsTimeDidNotHaveIt) {
    send();
    at(59min);
    read();
    at(3h);
    EXPECT_THAT(said(), ElementsAre("flow.late")) << "nobody has looked since";
    EXPECT_EQ(counted(FlowOutcome::lost), 0u);
    read();
    EXPECT_THAT(said(), ElementsAre("flow.lost"));
    EXPECT_THAT(words(),
                HasSubstr("mx1.example.com [192.0.2.1]:25 was taken and is not in the mailbox after 60 minutes"));
    EXPECT_EQ(counted(FlowOutcome::lost), 1u);
    read();
    EXPECT_EQ(counted(FlowOutcome::lost), 1u);
}

TEST_F(LedgerTest, AReadingThatBeganBeforeItsTimeTellsNothingOfIt) {
    send();
    at(61min);
    ledger.read_all(start + 59min, now);
    EXPECT_EQ(counted(FlowOutcome::lost), 0u);
}

TEST_F(LedgerTest, LostEndsWhenTheNextOneArrives) {
    send();
    at(1h);
    read();
    const Token second = send();
    EXPECT_THAT(said(), ElementsAre("flow.lost"));
    at(1h + 5s);
    see(second);
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, AnEarlierOneThatArrivesDoesNotEndIt) {
    const Token first = send();
    at(15min);
    send();
    at(75min);
    see(first);
    read();
    EXPECT_THAT(said(), ElementsAre("flow.lost", "flow.late"));
}

TEST_F(LedgerTest, LateIsNotLost) {
    const Token token = send();
    at(5min + 1ms);
    read();
    EXPECT_THAT(said(), ElementsAre("flow.late"));
    EXPECT_THAT(words(), HasSubstr("not in the mailbox after 5 minutes"));
    at(12min);
    see(token);
    EXPECT_THAT(words(), HasSubstr("took 12 minutes"));
    EXPECT_EQ(counted(FlowOutcome::late), 1u);
    EXPECT_EQ(counted(FlowOutcome::lost), 0u);
    const Token second = send();
    at(13min);
    see(second);
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, WhatWasThereInTimeIsNotLateForHavingBeenSeenLate) {
    const Token token = send();
    at(2h);
    see(token, "INBOX/1", false, {}, {{"", "box", "", std::chrono::floor<std::chrono::seconds>(start + 30s), {}}});
    EXPECT_EQ(counted(FlowOutcome::late), 0u);
    EXPECT_DOUBLE_EQ(ledger.counts().delivery_seconds, 30);
}

TEST_F(LedgerTest, AClockThatLagsMakesNothingArriveBeforeTheLastReading) {
    const Token token = send();
    at(10min);
    see(token, "INBOX/1", false, start + 9min, {{"", "box", "", std::chrono::floor<std::chrono::seconds>(start), {}}});
    EXPECT_DOUBLE_EQ(ledger.counts().delivery_seconds, 540);
    EXPECT_EQ(counted(FlowOutcome::late), 1u);
}

TEST_F(LedgerTest, JunkHoldsUntilOneArrivesElsewhere) {
    see(send(), "Junk/1", true);
    EXPECT_THAT(said(), ElementsAre("flow.junk"));
    EXPECT_EQ(counted(FlowOutcome::junk), 1u);
    EXPECT_EQ(counted(FlowOutcome::delivered), 1u);
    at(15min);
    see(send(), "INBOX/2");
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, ACopyIsADuplicateAndTheSameLetterIsNot) {
    const Token token = send();
    see(token, "INBOX/1");
    see(token, "INBOX/1");
    EXPECT_THAT(said(), IsEmpty());
    see(token, "INBOX/2");
    EXPECT_THAT(said(), ElementsAre("flow.duplicate"));
    EXPECT_THAT(words(), HasSubstr("arrived 2 times"));
    EXPECT_EQ(counted(FlowOutcome::duplicate), 1u);
    for (const auto minute : {15min, 30min}) {
        EXPECT_THAT(said(), ElementsAre("flow.duplicate"));
        at(minute);
        see(send(), "INBOX/3");
        ledger.take_changes();
    }
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, GreylistingIsTriedAgainWithTheSameMessage) {
    const Token token = send(Handed::not_now);
    EXPECT_EQ(counted(FlowOutcome::send_failed), 0u);
    at(4min);
    EXPECT_THAT(ledger.to_retry(now), IsEmpty());
    at(5min);
    EXPECT_THAT(ledger.to_retry(now), ElementsAre(token));
    ledger.begin_again(token);
    EXPECT_THAT(ledger.to_retry(now), IsEmpty());
    ledger.handed(token, mx1, Handed::accepted, "250", now);
    see(token);
    EXPECT_EQ(counted(FlowOutcome::delivered), 1u);
    EXPECT_TRUE(ledger.messages()[0].greylisted);
    EXPECT_DOUBLE_EQ(ledger.counts().delivery_seconds, 300) << "what a sender waits";
}

TEST_F(LedgerTest, IsTriedAgainEverMoreSeldomUntilItWouldBeLost) {
    const Token token = send(Handed::not_now);
    std::vector<std::chrono::minutes> times;
    for (auto minute = 1min; minute < 3h; ++minute) {
        at(minute);
        if (ledger.to_retry(now).empty()) continue;
        times.push_back(minute);
        EXPECT_FALSE(ledger.is_due(mx1, now)) << "one waits already";
        ledger.begin_again(token);
        ledger.handed(token, mx1, Handed::not_now, "450 later", now);
    }
    EXPECT_THAT(times, ElementsAre(5min, 20min, 35min, 50min));
    EXPECT_EQ(counted(FlowOutcome::send_failed), 1u);
    EXPECT_THAT(said(), ElementsAre("flow.refused"));
    EXPECT_THAT(words(), HasSubstr("takes no test mail: 450 later"));
}

TEST_F(LedgerTest, RefusedIsOverAtOnceUntilOneIsTaken) {
    send(Handed::refused);
    EXPECT_THAT(said(), ElementsAre("flow.refused"));
    EXPECT_EQ(counted(FlowOutcome::send_failed), 1u);
    at(15min);
    send();
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, WhoIsNotReachedIsNotAccusedHere) {
    const Token token = begin();
    for (auto minute = 0min; minute < 2h; ++minute) {
        at(minute);
        if (!ledger.to_retry(now).empty()) ledger.begin_again(token);
        ledger.handed(token, mx1, Handed::failed, "refused", now);
    }
    EXPECT_EQ(ledger.messages()[0].state, MessageState::not_sent);
    EXPECT_EQ(counted(FlowOutcome::send_failed), 1u);
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(LedgerTest, WhatMayHaveBeenTakenIsNeitherSentAgainNorLost) {
    const Token token = send(Handed::uncertain);
    at(3h);
    EXPECT_THAT(ledger.to_retry(now), IsEmpty());
    read();
    EXPECT_EQ(ledger.messages()[0].state, MessageState::unknown);
    EXPECT_EQ(counted(FlowOutcome::lost), 0u);
    EXPECT_THAT(said(), IsEmpty());
    see(token);
    EXPECT_EQ(counted(FlowOutcome::delivered), 1u) << "it has come after all";
}

TEST_F(LedgerTest, ReportsAreKeptAndAFailureEndsTheWaiting) {
    const Token token = send();
    report(token, ReportedAction::delayed);
    EXPECT_THAT(said(), IsEmpty());
    report(token, ReportedAction::failed);
    EXPECT_THAT(said(), ElementsAre("flow.lost"));
    EXPECT_THAT(words(), HasSubstr("was taken and sent back by mx9.example.com: 550 no such user"));
    report(token, ReportedAction::failed);
    EXPECT_EQ(counted(FlowOutcome::lost), 1u);
}

TEST_F(LedgerTest, NamesTheEndpointThatSwallowsMail) {
    ledger.set_terms({15min, 5min, 1h, true});
    const Token first = send(Handed::accepted, mx1);
    EXPECT_TRUE(ledger.is_due(mx2, now));
    EXPECT_FALSE(ledger.is_due(mx1, now));
    send(Handed::accepted, mx2);
    at(1min);
    see(first);
    at(1h);
    read();
    EXPECT_THAT(said(), ElementsAre("flow.lost 192.0.2.2"));
}

TEST_F(LedgerTest, SendsOnceInAnInterval) {
    EXPECT_TRUE(ledger.is_due(mx1, now));
    send();
    at(15min - 1ms);
    EXPECT_FALSE(ledger.is_due(mx1, now));
    at(15min);
    EXPECT_TRUE(ledger.is_due(mx1, now));
    at(-1h);
    EXPECT_TRUE(ledger.is_due(mx1, now)) << "a clock set back stops nothing";
    at(-1min);
    EXPECT_FALSE(ledger.is_due(mx1, now));
}

TEST_F(LedgerTest, SendsNoMoreThanMayBeOpen) {
    ledger.set_terms({1s, 1h, 24h, false});
    for (int sent = 0; sent < 1000; ++sent) {
        at(sent * 1s);
        if (ledger.is_due(mx1, now)) send();
    }
    EXPECT_EQ(ledger.messages().size(), FlowLedger::open_limit);
}

TEST_F(LedgerTest, ReadsSoonThenEverMoreSeldom) {
    EXPECT_FALSE(ledger.reading_due({}, now));
    send();
    EXPECT_EQ(ledger.reading_due({}, now), MaybeTime(now));
    EXPECT_EQ(ledger.reading_due(start + 2s, now), MaybeTime(start + 4s));
    EXPECT_EQ(ledger.reading_due(start + 80s, now), MaybeTime(start + 90s));
    EXPECT_EQ(ledger.reading_due(start + 10min, now), MaybeTime(start + 11min));
    EXPECT_EQ(ledger.reading_due(start + 59min + 30s, now), MaybeTime(start + 1h)) << "when it is lost";
}

TEST_F(LedgerTest, ReadsForAFurtherCopyForAWhile) {
    const Token token = send();
    at(10s);
    see(token);
    EXPECT_TRUE(ledger.reading_due(now, now));
    at(6min);
    EXPECT_FALSE(ledger.reading_due(now, now));
}

TEST_F(LedgerTest, WhatWasKeptIsHadBackAndNothingIsLostByTheRestart) {
    const Token arrived = send();
    see(arrived);
    at(20min);
    const Token on_its_way = send();
    at(40min);
    const Token begun = begin();
    FlowLedger again(ledger.terms());
    again.restore(ledger.take_changes().kept);
    ledger = std::move(again);
    EXPECT_FALSE(ledger.is_due(mx1, start + 41min));
    EXPECT_EQ(ledger.messages()[2].state, MessageState::uncertain);
    at(5h);
    see(on_its_way, "INBOX/5");
    see(arrived, "INBOX/1");
    read();
    EXPECT_EQ(counted(FlowOutcome::lost), 0u);
    EXPECT_EQ(counted(FlowOutcome::duplicate), 0u);
    EXPECT_EQ(ledger.messages()[2].token, begun);
    EXPECT_EQ(ledger.messages()[2].state, MessageState::unknown);
}

TEST_F(LedgerTest, KeepsNoMoreThanItNeeds) {
    for (int hour = 0; hour < 100; ++hour) {
        at(hour * 1h);
        const Token token = send();
        if (hour % 2 == 0) see(token, "INBOX/" + std::to_string(hour));
        at(hour * 1h + 59min);
        read();
        ledger.take_changes();
    }
    EXPECT_LE(ledger.messages().size(), 5u);
}

TEST_F(LedgerTest, TellsWhatIsToBeKeptAndForgottenOnce) {
    const Token first = send();
    EXPECT_EQ(ledger.take_changes().kept.size(), 1u);
    EXPECT_THAT(ledger.take_changes().kept, IsEmpty());
    see(first);
    for (const auto minute : {15min, 30min}) {
        at(minute);
        see(send());
    }
    const auto changes = ledger.take_changes();
    EXPECT_EQ(changes.kept.size(), 2u);
    EXPECT_THAT(changes.forgotten, ElementsAre(first));
    EXPECT_THAT(ledger.take_changes().forgotten, IsEmpty());
}

}  // namespace
}  // namespace mxfleet
