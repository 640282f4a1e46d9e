// What we are to others, our clock, our resolvers (CHECKS §7, §11), and how a domain's MX changes (§1).
#include "agent/judge/self_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/judge/mx_history.hpp"
#include "agent/judge/vantage.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr WallTime noon{std::chrono::days{20'000} + 12h};

std::string said(const std::optional<Statement>& statement) {
    return statement ? std::string(statement->summary) : std::string{};
}

// ---- Our own address ------------------------------------------------------------------------------------------------

OwnAddress own(ReverseState state, std::optional<bool> has_our_name = true) {
    return {*IpAddress::parse("192.0.2.9"), {nullptr, {"probe.example.net", state}}, has_our_name};
}

TEST(OwnNames, LeadToEachOther) {
    struct Row {
        OwnAddress address;
        std::optional<bool> success;
        const char* summary;
    };
    const std::vector<Row> rows = {
        {own(ReverseState::confirmed), true, ""},
        {own(ReverseState::confirmed, std::nullopt), std::nullopt, ""},
        {own(ReverseState::unknown), std::nullopt, ""},
        {own(ReverseState::missing), false, "192.0.2.9 has no PTR record"},
        {own(ReverseState::unconfirmed), false,
         "192.0.2.9 is called probe.example.net, which does not lead back to it"},
        {own(ReverseState::confirmed, false), false,
         "192.0.2.9 is no address of me.example.net, which we give in EHLO"},
    };
    for (const Row& row : rows) {
        const SelfJudgement judged = judge_own_names(std::vector{row.address}, "me.example.net");
        EXPECT_EQ(judged.success, row.success) << row.summary;
        EXPECT_EQ(said(judged.statement), row.summary);
    }
    EXPECT_EQ(judge_own_names({}, "me.example.net").success, std::nullopt) << "behind a NAT nothing is known";
    EXPECT_EQ(judge_own_names(std::vector{own(ReverseState::confirmed, std::nullopt)}, "").success, true);
}

TEST(OwnListings, AreOfListsThatAnswered) {
    const auto zones = std::make_shared<const DnsblZones>(DnsblZones{"a.example", "b.example"});
    const auto judged = [&](std::uint64_t known, std::uint64_t listed) {
        OwnAddress address = own(ReverseState::confirmed);
        address.reputation.listings = std::make_shared<const Listings>(Listings{zones, known, listed});
        return judge_own_listings(std::vector{address});
    };
    EXPECT_EQ(judge_own_listings(std::vector{own(ReverseState::confirmed)}).success, std::nullopt);
    EXPECT_EQ(judged(0, 0).success, std::nullopt);
    EXPECT_EQ(judged(1, 0).success, true);
    EXPECT_EQ(judged(3, 2).success, false);
    EXPECT_EQ(said(judged(3, 2).statement), "192.0.2.9 in b.example");
}

// ---- Clock and resolvers --------------------------------------------------------------------------------------------

TEST(ClockWatch, SeesJumpsForTenMinutes) {
    ClockWatch clock;
    EXPECT_EQ(clock.judge().success, std::nullopt);
    clock.note(100s, noon);
    EXPECT_EQ(clock.judge().success, true);
    clock.note(101s, noon + 1s);
    clock.note(102s, noon + 3s);  // slewed
    EXPECT_EQ(clock.judge().success, true);
    clock.note(103s, noon + 4s - 2h);
    EXPECT_EQ(clock.judge().success, false);
    EXPECT_EQ(said(clock.judge().statement), "it jumped back by 2 hours");
    clock.note(702s, noon + 603s - 2h);
    EXPECT_EQ(clock.judge().success, false);
    clock.note(703s, noon + 604s - 2h);
    EXPECT_EQ(clock.judge().success, true);
    clock.note(704s, noon + 1h);
    EXPECT_THAT(said(clock.judge().statement), StartsWith("it jumped forward by"));
}

TEST(FaultWatch, TellsUntilNoneHasHappenedForAWhile) {
    FaultWatch faults;
    const SteadyTime now = SteadyTime{} + 1h;
    EXPECT_EQ(said(faults.judge(now)), "");
    faults.note(now, "Too many open files");
    EXPECT_EQ(said(faults.judge(now + 299s)), "sessions fail here: Too many open files");
    EXPECT_EQ(said(faults.judge(now + 5min)), "");
}

TEST(ResolverWatch, SeesOneFallSilentWhileAnotherAnswers) {
    ResolverWatch watch;
    const auto note = [&](const char* who, DnsOutcome outcome, int times = 1) {
        while (times-- > 0)
            watch.note(who, outcome);
    };
    note("a", DnsOutcome::timeout, 9);
    EXPECT_EQ(said(watch.judge()), "") << "perhaps it was the question";
    note("b", DnsOutcome::timeout, 9);
    EXPECT_EQ(said(watch.judge()), "") << "all are silent: that is another finding";
    note("b", DnsOutcome::ok, 2);
    EXPECT_EQ(said(watch.judge()), "");
    note("b", DnsOutcome::nxdomain);
    EXPECT_EQ(said(watch.judge()), "a does not answer, while another does");
    EXPECT_EQ(watch.judge()->severity, Severity::warning);
    note("a", DnsOutcome::servfail);
    EXPECT_EQ(said(watch.judge()), "");
}

TEST(HeldFacts, AreTheLastGoodOnesWhileNobodyAnswers) {
    const auto facts = [](MxState state, std::optional<DnsError> error) {
        MxFacts all;
        all.domain = "example.com";
        all.state = state;
        all.error = error;
        return std::make_shared<const MxFacts>(all);
    };
    const auto good = facts(MxState::null, std::nullopt);
    const auto silent = facts(MxState::unknown, DnsError::timeout);
    const auto broken = facts(MxState::unknown, DnsError::servfail);
    EXPECT_EQ(held_facts(silent, good), good);
    EXPECT_EQ(held_facts(broken, good), broken);
    EXPECT_EQ(held_facts(nullptr, good), nullptr);
    EXPECT_EQ(held_facts(silent, nullptr)->error, DnsError::no_resolver) << "which is no finding";
}

TEST(FamilyFails, OnlyWhereSoManyAreSilentThatItIsNoCoincidence) {
    EXPECT_FALSE(family_fails({.silent = 9, .endpoints = 9}));
    EXPECT_TRUE(family_fails({.silent = 10, .endpoints = 40}));
    EXPECT_FALSE(family_fails({.silent = 10, .endpoints = 10, .targets = 1, .answered = 1}));
    EXPECT_TRUE(family_fails({.silent = 3, .endpoints = 9, .targets = 1}));
}

// ---- The MX over time -----------------------------------------------------------------------------------------------

MxFacts mx_of(std::vector<std::string> names) {
    MxFacts facts;
    facts.state = names.empty() ? MxState::null : MxState::explicit_;
    for (std::string& each : names) {
        MxExchange exchange;
        exchange.name = std::move(each);
        exchange.preference = 10;
        facts.exchanges.push_back(std::move(exchange));
    }
    return facts;
}

TEST(MxHistory, HasBothSidesOfEachChange) {
    EXPECT_EQ(change_between(mx_of({"a.example"}), mx_of({"a.example"}), noon), std::nullopt);
    const auto change = change_between(mx_of({"a.example", "b.example"}), mx_of({}), noon);
    ASSERT_TRUE(change);
    EXPECT_THAT(records_of(change->before), ElementsAre("10 a.example", "10 b.example"));
    EXPECT_THAT(records_of(change->after), ElementsAre("0 ."));
    EXPECT_THAT(records_of(SharedText{}), IsEmpty());
}

TEST(MxHistory, KeepsTheLastFewAndTellsOfTheLastForADay) {
    std::shared_ptr<const MxChanges> changes;
    EXPECT_FALSE(judge_changes(nullptr, noon));
    for (int n = 0; n < 20; ++n)
        changes = with_change(changes.get(), {noon + std::chrono::minutes{n}, "10 a", "10 b" + std::to_string(n)});
    EXPECT_EQ(changes->size(), mx_changes_kept);
    EXPECT_EQ(judge_changes(changes.get(), noon + 24h)->statement.summary, "was 10 a; is 10 b19");
    EXPECT_FALSE(judge_changes(changes.get(), noon + 24h + 19min));
}

TEST(ComparedMx, CountsWhatOutlivedItsTtl) {
    const SteadyTime now = SteadyTime{} + 1h;
    const std::vector<Disagreement> held = {{"one", {}, {{10, "x.example"}}, now, true},
                                            {"two", {}, {{10, "y.example"}}, now + 1s, true},
                                            {"three", {}, {{10, "z.example"}}, now, false}};
    const ComparedMx result = compared(3, held, now);
    EXPECT_EQ(result.asked, 3);
    EXPECT_EQ(result.disagreeing, 1);
    EXPECT_EQ(judge_comparison(result)->statement.summary, "one says 10 x.example");
    EXPECT_FALSE(judge_comparison(compared(3, {}, now)));
    const std::vector<OtherAnswer> others = {{"one", MxSet{}, {}}, {"two", std::nullopt, {}}};
    const auto first = judge_first_comparison(mx_of({"a.example"}), others);
    EXPECT_EQ(first->statement.severity, Severity::info);
    EXPECT_THAT(std::string(first->statement.summary), StartsWith("one says no MX record; "));
}

}  // namespace
}  // namespace mxfleet
