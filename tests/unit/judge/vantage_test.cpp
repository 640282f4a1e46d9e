// "Ours or theirs" (CHECKS §0): what a session proves about our own way out.
#include "agent/judge/vantage.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

EndpointStatus after(std::optional<Failure> failure, const char* ip = "192.0.2.1") {
    SessionFacts facts;
    const bool connected = !failure || failure->phase != Phase::connect;
    if (connected) facts.times.set(Phase::connect, std::chrono::milliseconds{1});
    facts.failure = std::move(failure);
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse(ip), 25};
    status.last = std::make_shared<const SessionFacts>(std::move(facts));
    return status;
}

EndpointStatus no_way_out(const char* ip) {
    SessionFacts facts;
    facts.failure = Failure{Phase::connect, Reason::no_route, "Network is unreachable"};
    facts.no_local_route = true;
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse(ip), 25};
    return after_session(status, std::make_shared<const SessionFacts>(facts), {}, {});
}

std::optional<Finding> egress(const std::vector<EndpointStatus>& endpoints, bool target_answered = false) {
    std::vector<const EndpointStatus*> seen;
    for (const EndpointStatus& each : endpoints)
        seen.push_back(&each);
    return judge_egress(seen, target_answered);
}

struct ReachedRow {
    Phase phase;
    Reason reason;
    std::optional<bool> reached;
};

TEST(Vantage, WhatASessionProves) {
    const std::vector<ReachedRow> rows = {
        {Phase::connect, Reason::timeout, false},
        {Phase::connect, Reason::no_route, false},
        {Phase::connect, Reason::budget, false},
        {Phase::connect, Reason::refused, true},  // somebody said so
        {Phase::connect, Reason::reset, true},
        {Phase::connect, Reason::local_fault, std::nullopt},
        {Phase::connect, Reason::policy, std::nullopt},
        {Phase::banner, Reason::timeout, true},  // connected and silent is not the same as not connected
        {Phase::banner, Reason::rejected, true},
        {Phase::ehlo, Reason::closed, true},
    };
    for (const ReachedRow& row : rows) {
        EXPECT_EQ(reached_anybody(after(Failure{row.phase, row.reason, ""})), row.reached)
            << name(row.phase) << " " << name(row.reason);
    }
    EXPECT_EQ(reached_anybody(after(std::nullopt)), true);
    EXPECT_EQ(reached_anybody({}), std::nullopt) << "no session yet";
}

TEST(Vantage, NobodyReachedIsOneFindingAboutUs) {
    const auto timeout = after(Failure{Phase::connect, Reason::timeout, ""});
    const auto no_route = after(Failure{Phase::connect, Reason::no_route, ""});
    const auto found = egress({timeout, no_route, timeout});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->statement.code, FindingCode("vantage.egress_blocked"));
    EXPECT_EQ(found->statement.severity, Severity::critical);
    EXPECT_EQ(found->scope, Scope::agent);
    EXPECT_TRUE(found->statement.summary.text().starts_with("none of 3 addresses")) << found->statement.summary.text();
}

TEST(Vantage, OneThatWasReachedMakesTheFaultTheirs) {
    const auto timeout = after(Failure{Phase::connect, Reason::timeout, ""});
    EXPECT_FALSE(egress({timeout, after(std::nullopt)}));
    EXPECT_FALSE(egress({timeout, after(Failure{Phase::connect, Reason::refused, ""})}));
    EXPECT_FALSE(egress({timeout}, true)) << "a check target answers";
    EXPECT_FALSE(egress({})) << "nobody was asked";
    EXPECT_FALSE(egress({after(Failure{Phase::connect, Reason::local_fault, ""})}));
}

/// A host without IPv6 skips those addresses: they prove nothing about its way out.
TEST(Vantage, WithoutIpv6OfOurOwnAnIpv6AddressProvesNothing) {
    const auto skipped_v6 = no_way_out("2001:db8::1");
    ASSERT_EQ(skipped_v6.state, EndpointState::skipped);
    EXPECT_EQ(reached_anybody(skipped_v6), std::nullopt);
    EXPECT_FALSE(egress({skipped_v6}));
    EXPECT_TRUE(egress({skipped_v6, after(Failure{Phase::connect, Reason::timeout, ""})}));
    EXPECT_EQ(reached_anybody(no_way_out("192.0.2.1")), false) << "a host without any IPv4 route is cut off";
}

/// A host that has IPv6 only, and lost it, is as cut off as one that lost IPv4.
TEST(Vantage, IPv6ThatWentAwayIsNoLackOfIt) {
    const auto route_gone = no_way_out("2001:db8::1");
    EXPECT_TRUE(lacks_ipv6(route_gone));
    EXPECT_FALSE(lacks_ipv6(no_way_out("192.0.2.1")));
    EXPECT_FALSE(lacks_ipv6(skipped(route_gone.key, {Phase::connect, Reason::policy, "smtp.ipv6 is off"}, {})));
    auto was_up = route_gone;
    was_up.succeeded_at = WallTime{};
    was_up.confirmation.confirmed = Confirmed::up;
    EXPECT_EQ(reached_anybody(was_up), false);
    EXPECT_EQ(was_up.is_up(), std::nullopt);
    EXPECT_EQ(was_up.is_confirmed_up(), std::nullopt) << "it is not looked at any more";
}

struct EgressRow {
    const char* what;
    EgressEvidence evidence;
    bool fails;
};

TEST(Vantage, WhatSpeaksForAndAgainstOurWayOut) {
    const std::vector<EgressRow> rows = {
        {"nothing was tried", {0, 100, 0, 0}, false},
        {"a few silent ones of many", {9, 100, 0, 0}, false},
        {"many in a row are no coincidence", {10, 100, 0, 0}, true},
        {"one of two", {1, 2, 0, 0}, false},
        {"a small fleet is all of it", {2, 2, 0, 0}, true},
        {"a target answers: theirs", {10, 100, 2, 1}, false},
        {"a target answers, and the fleet is small", {2, 2, 1, 1}, false},
        {"no target answers, and few of the fleet are enough", {3, 100, 2, 0}, true},
        {"two silent ones may be coincidence", {2, 100, 2, 0}, false},
        {"the fleet answers, only the targets do not", {0, 100, 2, 0}, false},
        {"there is no fleet, the targets speak alone", {0, 0, 2, 0}, true},
        {"many in a row, all in one operator's network", {10, 100, 0, 0, 1, 10}, false},
        {"many in a row, in nearly all networks", {10, 100, 0, 0, 9, 10}, false},
        {"many in a row, in all of a few networks", {10, 100, 0, 0, 3, 3}, true},
        {"no target answers, and one network is silent", {10, 100, 2, 0, 1, 10}, false},
        {"no target answers, and a few networks are silent", {10, 100, 2, 0, 3, 10}, true},
    };
    for (const EgressRow& row : rows)
        EXPECT_EQ(egress_fails(row.evidence), row.fails) << row.what;
    EXPECT_TRUE(suspects_egress({10, 100, 2, 2})) << "worth another look at the targets";
    EXPECT_TRUE(family_fails({10, 100, 0, 0}));
    EXPECT_FALSE(family_fails({9, 9, 0, 0})) << "the other family works: few may be coincidence";
    EXPECT_FALSE(family_fails({10, 100, 0, 0, 1, 2}));
}

TEST(Vantage, OnlyAResolverThatSaysNothingIsSilent) {
    MxFacts lookup;
    for (const DnsError error : {DnsError::timeout, DnsError::no_resolver}) {
        lookup.error = error;
        EXPECT_TRUE(got_no_answer(lookup)) << name(error);
    }
    for (const DnsError error : {DnsError::servfail, DnsError::refused, DnsError::malformed, DnsError::local_fault}) {
        lookup.error = error;
        EXPECT_FALSE(got_no_answer(lookup)) << name(error);
    }
    lookup.error = DnsError::timeout;
    lookup.exchanges.emplace_back();
    EXPECT_FALSE(got_no_answer(lookup)) << "the MX was answered, an address was not";
}

TEST(Vantage, NoResolverIsOurs) {
    MxFacts answered;
    answered.state = MxState::explicit_;
    MxFacts without_resolver;
    without_resolver.error = DnsError::no_resolver;
    MxFacts timed_out;
    timed_out.error = DnsError::timeout;
    EXPECT_TRUE(judge_resolvers({&without_resolver, &without_resolver}));
    EXPECT_FALSE(judge_resolvers({&without_resolver, &answered}));
    EXPECT_FALSE(judge_resolvers({&timed_out})) << "may be theirs";
    EXPECT_FALSE(judge_resolvers({}));
}

}  // namespace
}  // namespace mxfleet
