#include "agent/fleet/agenda.hpp"

#include <gtest/gtest.h>

#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

const EndpointKey probed{"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25};

class AgendaTest : public testing::Test {
protected:
    AgendaTest() {
        auto route = std::make_shared<RecipientRoute>();
        route->add_exchange("in.probe.example");
        settings.hello = "probe.example";
        settings.relay = {"mxfleet-probe@probe.example", "sink@probe.example", route};
        settings.relay_interval = 24h;
        settings.policy_interval = 24h;
        EndpointStatus status;
        status.key = probed;
        entry.wanted.cell = std::make_shared<EndpointCell>(std::move(status));
        asked.relay = asked.policy = {"example.com"};
    }

    void begin() {
        entry.wanted.asked = std::make_shared<const AskedDomains>(asked);
        agenda.configure(std::make_shared<const LaneSettings>(settings));
        agenda.add(entry);
    }

    /// As if the server had taken a form that it is not asked for today.
    void suspect() {
        const auto today = std::chrono::floor<std::chrono::days>(wall_now());
        EndpointStatus status = *entry.wanted.cell->status.read();
        status.relay.state = RelayState::suspected;
        status.relay.reason = extended_form_of_the_day(probed, today).id == "R04" ? "R05" : "R04";
        entry.wanted.cell->status.publish(std::make_shared<const EndpointStatus>(std::move(status)));
    }

    static SessionFacts went_well() {
        SessionFacts facts;
        facts.greeting.emplace().code = 220;
        facts.hello_code = 250;
        facts.starttls = StartTls::ok;
        facts.tls = TlsFacts{"TLSv1.3", "", std::make_shared<const ChainFacts>(), true};
        return facts;
    }

    LaneSettings settings;
    AskedDomains asked;
    LaneEntry entry;
    Agenda agenda;
};

TEST_F(AgendaTest, AnOrdinarySessionAsksWhoseTurnItIs) {
    begin();
    const SessionPlan plan = agenda.plan(entry);
    EXPECT_EQ(plan.endpoint, probed);
    EXPECT_EQ(plan.hello, "probe.example");
    EXPECT_EQ(plan.offer, TlsOffer::modern);
    EXPECT_TRUE(plan.relay);
    EXPECT_FALSE(plan.nameless);
}

TEST_F(AgendaTest, NobodyIsAskedAboutWhatNoDomainWants) {
    asked.relay = asked.policy = {};
    begin();
    const SessionPlan plan = agenda.plan(entry);
    EXPECT_FALSE(plan.relay);
    EXPECT_FALSE(plan.policy);
}

TEST_F(AgendaTest, RelayingIsAskedAboutAgainSoonOnlyWhereTheAnswerToldNothing) {
    begin();
    SessionFacts untold = went_well();
    untold.relay = std::make_shared<const RelayFacts>();
    agenda.heard(entry, untold);
    EXPECT_GT(entry.relay_due, steady_now() + 14min);
    EXPECT_LE(entry.relay_due, steady_now() + 15min);
    EXPECT_FALSE(agenda.plan(entry).relay);
    entry.relay_due = steady_now();
    EXPECT_TRUE(agenda.plan(entry).relay);
}

TEST_F(AgendaTest, ASessionThatDidNotAskLeavesTheTurnWhereItIs) {
    begin();
    agenda.heard(entry, went_well());
    EXPECT_EQ(entry.relay_due, SteadyTime{});
}

TEST_F(AgendaTest, ThePolicyProbesWaitBesideManyForms) {
    begin();
    EXPECT_TRUE(agenda.plan(entry).policy);
    suspect();
    EXPECT_FALSE(agenda.plan(entry).policy);
    entry.relay_due = steady_now() + 1h;
    EXPECT_TRUE(agenda.plan(entry).policy);
}

TEST_F(AgendaTest, TheRarerHandshakesFollowOnASessionThatWentWellOnceAnInterval) {
    settings.deep_interval = 1h;
    begin();
    const SessionFacts facts = went_well();
    EXPECT_EQ(agenda.begin_looks(entry, facts), nullptr) << "a new endpoint waits for its time";
    ++entry.deep_day;  // as if an hour had passed
    EXPECT_EQ(agenda.begin_looks(entry, SessionFacts{}), nullptr) << "it did not go well";
    ASSERT_NE(agenda.begin_looks(entry, facts), nullptr);
    EXPECT_TRUE(agenda.is_looking(entry));
    EXPECT_EQ(agenda.plan(entry).offer, TlsOffer::only_1_0);
    EXPECT_FALSE(agenda.plan(entry).relay) << "such a session asks nothing else";
    agenda.forget(entry.target);
    EXPECT_FALSE(agenda.is_looking(entry));
    EXPECT_EQ(agenda.begin_looks(entry, facts), nullptr) << "once an hour";
}

TEST_F(AgendaTest, WhoLooksOnceLooksAtOnce) {
    settings.deep_interval = 24h;
    settings.looks_first = true;
    begin();
    EXPECT_NE(agenda.begin_looks(entry, went_well()), nullptr);
}

TEST_F(AgendaTest, WithoutAnIntervalThereAreNoRarerHandshakes) {
    settings.looks_first = true;
    begin();
    EXPECT_EQ(agenda.begin_looks(entry, went_well()), nullptr);
}

}  // namespace
}  // namespace mxfleet
