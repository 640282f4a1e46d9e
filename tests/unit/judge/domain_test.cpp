// CHECKS §0, "deliverable", "severity and verdict", "expect" and "endpoints are shared": a row a case.
#include "agent/judge/domain.hpp"
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

/// What is held of one endpoint, in a word.
enum class Held : std::uint8_t { up, down, unknown, fresh, skipped, up_but_failed_once, up_but_held_back };

EndpointStatus endpoint(Held held) {
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
    status.checked_at = start_of_time;
    switch (held) {
        case Held::up:
            status.state = EndpointState::up;
            status.confirmation.confirmed = Confirmed::up;
            break;
        case Held::down:
            status.state = EndpointState::down;
            status.confirmation.confirmed = Confirmed::down;
            break;
        case Held::unknown: status.confirmation.confirmed = Confirmed::unknown; break;
        case Held::fresh: status.checked_at = std::nullopt; break;
        case Held::skipped: status.state = EndpointState::skipped; break;
        case Held::up_but_failed_once:
            status.state = EndpointState::down;
            status.confirmation = {.confirmed = Confirmed::up, .failures = 1, .not_success = 1};
            break;
        case Held::up_but_held_back:
            status.state = EndpointState::up;
            status.confirmation.confirmed = Confirmed::up;
            status.held_back = true;
            break;
    }
    return status;
}

EndpointStatus up_with(std::initializer_list<Statement> said) {
    EndpointStatus status = endpoint(Held::up);
    for (const Statement& each : said)
        status.findings.push_back({each, coarse(start_of_time)});
    return status;
}

/// A domain about whose DNS there is nothing to say: two exchanges, both families.
MxFacts healthy_mx() {
    MxFacts facts;
    facts.domain = "example.com";
    facts.state = MxState::explicit_;
    facts.records = 2;
    for (const int at : {1, 2}) {
        MxExchange exchange;
        exchange.name = "mx" + std::to_string(at) + ".example.com";
        exchange.preference = static_cast<std::uint16_t>(10 * at);
        exchange.addresses = {*IpAddress::parse("192.0.2." + std::to_string(at)),
                              *IpAddress::parse("2001:db8::" + std::to_string(at))};
        exchange.state = ExchangeState::ok;
        facts.exchanges.push_back(exchange);
    }
    return facts;
}

MxFacts mx_in(MxState state) {
    if (state == MxState::explicit_) return healthy_mx();
    MxFacts facts;
    facts.domain = "example.com";
    facts.state = state;
    if (state == MxState::null) facts.records = 1;
    if (state == MxState::unknown) facts.error = DnsError::servfail;
    if (state == MxState::implicit) {
        facts.is_implicit = true;
        facts.exchanges = {healthy_mx().exchanges.front()};
        facts.exchanges.front().name = facts.domain;
    }
    return facts;
}

DomainJudgement judgement_of(const MxFacts& mx, const std::vector<EndpointStatus>& endpoints,
                             const DomainPolicy& policy = {}, const DomainJudgement& before = {},
                             MaybeTime now = start_of_time) {
    std::vector<const EndpointStatus*> seen;
    for (const EndpointStatus& each : endpoints)
        seen.push_back(&each);
    return judge_domain(mx, seen, policy, before, now);
}

std::vector<std::string> codes(const DomainJudgement& judgement) {
    std::vector<std::string> all;
    for (const Finding& each : judgement.findings)
        all.emplace_back(each.statement.code.text());
    return all;
}

struct DeliverableRow {
    const char* what;
    MxState mx;
    std::vector<Held> endpoints;
    std::optional<bool> deliverable;
    Verdict verdict;
};

TEST(Domain, DeliverableAndVerdict) {
    using enum Held;
    const std::vector<DeliverableRow> rows = {
        {"any up", MxState::explicit_, {up}, true, Verdict::ok},
        {"any up beside one down", MxState::explicit_, {down, up}, true, Verdict::ok},
        {"any up beside unknown and skipped", MxState::explicit_, {unknown, skipped, up}, true, Verdict::ok},
        {"any up, whatever DNS says today", MxState::nxdomain, {up}, true, Verdict::critical},
        {"any up of the last good set while DNS fails", MxState::unknown, {up}, true, Verdict::unknown},
        {"nxdomain", MxState::nxdomain, {}, false, Verdict::critical},
        {"none usable", MxState::none_usable, {}, false, Verdict::critical},
        {"nxdomain goes before endpoints that are not known", MxState::nxdomain, {unknown}, false, Verdict::critical},
        {"all down", MxState::explicit_, {down, down}, false, Verdict::critical},
        {"all down that are not skipped", MxState::explicit_, {down, skipped}, false, Verdict::critical},
        {"all down, and DNS fails", MxState::unknown, {down}, false, Verdict::critical},
        {"one down, one unknown", MxState::explicit_, {down, unknown}, std::nullopt, Verdict::unknown},
        {"not looked at yet", MxState::explicit_, {fresh, down}, std::nullopt, Verdict::unknown},
        {"null MX", MxState::null, {}, std::nullopt, Verdict::ok},
        {"all skipped", MxState::explicit_, {skipped, skipped}, std::nullopt, Verdict::unknown},
        {"nothing known of DNS", MxState::unknown, {}, std::nullopt, Verdict::unknown},
        {"one failure is raw only", MxState::explicit_, {up_but_failed_once}, true, Verdict::ok},
        {"held back: our own vantage fails", MxState::explicit_, {up_but_held_back}, std::nullopt, Verdict::unknown},
    };
    for (const DeliverableRow& row : rows) {
        std::vector<EndpointStatus> endpoints;
        for (const Held held : row.endpoints)
            endpoints.push_back(endpoint(held));
        const DomainJudgement judgement = judgement_of(mx_in(row.mx), endpoints);
        EXPECT_EQ(judgement.deliverable, row.deliverable) << row.what;
        EXPECT_EQ(judgement.verdict, row.verdict) << row.what;
    }
}

TEST(Domain, WhereNobodyTakesMailItIsSaidOnce) {
    const auto all_down = judgement_of(healthy_mx(), {endpoint(Held::down), endpoint(Held::down)});
    ASSERT_THAT(codes(all_down), ElementsAre("mail.undeliverable"));
    EXPECT_EQ(all_down.findings[0].statement.summary, "none of its 2 addresses takes mail");
    EXPECT_EQ(all_down.findings[0].scope, Scope::domain);
    // Where DNS has said it already, its own code is enough.
    EXPECT_THAT(codes(judgement_of(mx_in(MxState::nxdomain), {})), ElementsAre("dns.domain_not_found"));
    EXPECT_THAT(codes(judgement_of(mx_in(MxState::none_usable), {})), ElementsAre("dns.no_usable_mx"));
}

TEST(Domain, AddressesThatWereSkippedAreNotSaidToRefuseMail) {
    const auto judged = judgement_of(healthy_mx(), {endpoint(Held::down), endpoint(Held::skipped)});
    ASSERT_THAT(codes(judged), ElementsAre("mail.undeliverable"));
    EXPECT_EQ(judged.findings[0].statement.summary, "its only address that was tried does not take mail");
}

struct VerdictRow {
    const char* what;
    std::vector<EndpointStatus> endpoints;
    Verdict verdict;
};

/// critical > unknown > warning > ok, and info changes nothing.
TEST(Domain, OneOrderOfSeverities) {
    const Statement info{"relay.not_tested", "info"};
    const Statement warning{"tls.not_offered", "warning"};
    const Statement critical{"relay.open", "critical"};
    const std::vector<VerdictRow> rows = {
        {"nothing", {up_with({})}, Verdict::ok},
        {"info", {up_with({info})}, Verdict::ok},
        {"a warning", {up_with({info, warning})}, Verdict::warning},
        {"critical beside a warning", {up_with({critical}), up_with({warning})}, Verdict::critical},
        {"unknown beside nothing", {endpoint(Held::unknown)}, Verdict::unknown},
    };
    for (const VerdictRow& row : rows)
        EXPECT_EQ(judgement_of(healthy_mx(), row.endpoints).verdict, row.verdict) << row.what;

    EndpointStatus unknown_with_warning = endpoint(Held::unknown);
    unknown_with_warning.findings.push_back({warning, coarse(start_of_time)});
    EXPECT_EQ(judgement_of(healthy_mx(), {unknown_with_warning}).verdict, Verdict::unknown);
    EndpointStatus unknown_with_critical = endpoint(Held::unknown);
    unknown_with_critical.findings.push_back({critical, coarse(start_of_time)});
    EXPECT_EQ(judgement_of(healthy_mx(), {unknown_with_critical}).verdict, Verdict::critical);
}

struct ExpectRow {
    Expect expect;
    MxState mx;
    bool unexpected;
    Verdict verdict;
};

TEST(Domain, Expect) {
    using enum Expect;
    const std::vector<ExpectRow> rows = {
        {unset, MxState::explicit_, false, Verdict::ok},      {unset, MxState::null, false, Verdict::ok},
        {unset, MxState::nxdomain, false, Verdict::critical}, {unset, MxState::none_usable, false, Verdict::critical},
        {unset, MxState::unknown, false, Verdict::unknown},   {mail, MxState::explicit_, false, Verdict::ok},
        {mail, MxState::implicit, false, Verdict::ok},        {mail, MxState::null, true, Verdict::critical},
        {mail, MxState::nxdomain, true, Verdict::critical},   {mail, MxState::none_usable, true, Verdict::critical},
        {mail, MxState::unknown, false, Verdict::unknown},    {null, MxState::null, false, Verdict::ok},
        {null, MxState::explicit_, true, Verdict::critical},  {null, MxState::implicit, true, Verdict::critical},
        {null, MxState::nxdomain, true, Verdict::critical},   {null, MxState::none_usable, true, Verdict::critical},
        {null, MxState::unknown, false, Verdict::unknown},  // what is not known is not another
    };
    for (const ExpectRow& row : rows) {
        DomainPolicy policy;
        policy.expect = row.expect;
        std::vector<EndpointStatus> endpoints;
        if (row.mx == MxState::explicit_ || row.mx == MxState::implicit) endpoints.push_back(endpoint(Held::up));
        const auto judgement = judgement_of(mx_in(row.mx), endpoints, policy);
        const auto has = testing::Matches(Contains("dns.mx_unexpected"))(codes(judgement));
        const std::string what =
            "expect " + std::to_string(static_cast<int>(row.expect)) + ", MX " + std::string(name(row.mx));
        EXPECT_EQ(has, row.unexpected) << what;
        EXPECT_EQ(judgement.verdict, row.verdict) << what;
    }
}

TEST(Domain, NullMxIsInformationWhereNothingElseWasExpected) {
    const auto judgement = judgement_of(mx_in(MxState::null), {});
    ASSERT_THAT(codes(judgement), ElementsAre("dns.null_mx"));
    EXPECT_EQ(judgement.findings[0].statement.severity, Severity::info);
}

struct MxListRow {
    const char* what;
    std::vector<std::string> wanted;
    MxState published;
    bool unexpected;
};

TEST(Domain, ItsListOfExchangesIsASet) {
    const std::vector<MxListRow> rows = {
        {"none configured", {}, MxState::explicit_, false},
        {"the same", {"mx1.example.com", "mx2.example.com"}, MxState::explicit_, false},
        {"the same in another order", {"mx2.example.com", "mx1.example.com"}, MxState::explicit_, false},
        {"one more published", {"mx1.example.com"}, MxState::explicit_, true},
        {"one missing", {"mx1.example.com", "mx2.example.com", "mx3.example.com"}, MxState::explicit_, true},
        {"another", {"mx1.example.com", "mx3.example.com"}, MxState::explicit_, true},
        {"null MX", {"mx1.example.com"}, MxState::null, true},
        {"not known", {"mx1.example.com"}, MxState::unknown, false},
    };
    for (const MxListRow& row : rows) {
        DomainPolicy policy;
        policy.mx = row.wanted;
        const auto judgement = judgement_of(mx_in(row.published), {}, policy);
        EXPECT_EQ(testing::Matches(Contains("dns.mx_unexpected"))(codes(judgement)), row.unexpected) << row.what;
    }
}

TEST(Domain, WhatIsIgnoredIsNeitherRaisedNorCounted) {
    const std::vector<EndpointStatus> endpoints = {up_with({{"tls.not_offered", "warning"}, {"rdns.missing", "too"}})};
    DomainPolicy policy;
    policy.ignore = {"tls.not_offered"};
    EXPECT_EQ(judgement_of(healthy_mx(), endpoints, policy).verdict, Verdict::warning) << "the other one still counts";
    policy.ignore = {"tls.not_offered", "rdns.missing"};
    EXPECT_EQ(judgement_of(healthy_mx(), endpoints, policy).verdict, Verdict::ok);
    EXPECT_THAT(findings_of(endpoints[0], policy), IsEmpty());

    DomainPolicy of_the_domain;
    of_the_domain.ignore = {"mail.undeliverable"};
    const auto judgement = judgement_of(healthy_mx(), {endpoint(Held::down)}, of_the_domain);
    EXPECT_THAT(judgement.findings, IsEmpty());
    EXPECT_EQ(judgement.deliverable, false) << "ignoring a finding changes no fact";
}

TEST(Domain, SharedEndpointsKeepTheirSeverityAndSayWhere) {
    const EndpointStatus shared = up_with({{"cert.expired", "2 days ago"}});
    const auto findings = findings_of(shared, {});
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].statement.severity, Severity::warning);
    EXPECT_EQ(findings[0].scope, Scope::endpoint);
    EXPECT_EQ(findings[0].mx, "mx.example.com");
    EXPECT_EQ(findings[0].ip, IpAddress::parse("192.0.2.1"));
    EXPECT_EQ(findings[0].port, 25);
    EXPECT_EQ(findings[0].since, start_of_time);
}

TEST(Domain, AFindingKeepsTheTimeItWasFirstMade) {
    const auto first = judgement_of(mx_in(MxState::nxdomain), {});
    const auto later = judgement_of(mx_in(MxState::nxdomain), {}, {}, first, start_of_time + 1h);
    ASSERT_EQ(later.findings.size(), 1u);
    EXPECT_EQ(later.findings[0].since, start_of_time);
    const auto gone = judgement_of(healthy_mx(), {endpoint(Held::up)}, {}, later, start_of_time + 2h);
    const auto again = judgement_of(mx_in(MxState::nxdomain), {}, {}, gone, start_of_time + 3h);
    EXPECT_EQ(again.findings[0].since, start_of_time + 3h);
}

TEST(Domain, TheSameCodeAtTwoExchangesHasTwoTimes) {
    MxFacts mx = healthy_mx();
    mx.exchanges[0].alias_of = "elsewhere.example.com";
    const auto first = judgement_of(mx, {endpoint(Held::up)});
    mx.exchanges[1].alias_of = "elsewhere.example.com";
    const auto later = judgement_of(mx, {endpoint(Held::up)}, {}, first, start_of_time + 1h);
    std::vector<std::pair<std::string, WallTime>> since;
    for (const Finding& each : later.findings) {
        if (each.statement.code == FindingCode("dns.mx_is_cname")) since.emplace_back(each.mx, *each.since);
    }
    EXPECT_THAT(since, ElementsAre(testing::Pair("mx1.example.com", start_of_time),
                                   testing::Pair("mx2.example.com", start_of_time + 1h)));
}

TEST(Domain, WhileTheVantageFailsNothingIsKnownAndFindingsStay) {
    const auto before = judgement_of(healthy_mx(), {endpoint(Held::down)});
    ASSERT_EQ(before.verdict, Verdict::critical);
    const auto held = held_back(before, false);
    EXPECT_EQ(held.verdict, Verdict::unknown);
    EXPECT_FALSE(held.deliverable);
    EXPECT_EQ(codes(held), codes(before));
}

TEST(Domain, OurOwnResolverTroubleIsNoFindingOfTheDomain) {
    for (const DnsError error : {DnsError::no_resolver, DnsError::local_fault}) {
        MxFacts mx = mx_in(MxState::unknown);
        mx.error = error;
        const auto judgement = judgement_of(mx, {});
        EXPECT_THAT(judgement.findings, IsEmpty()) << name(error);
        EXPECT_EQ(judgement.verdict, Verdict::unknown) << name(error);
    }
    EXPECT_THAT(codes(judgement_of(mx_in(MxState::unknown), {})), ElementsAre("dns.lookup_failed"));
}

TEST(Domain, AJudgementChangesWithWhatItSaysNotWithWhen) {
    const auto first = judgement_of(mx_in(MxState::nxdomain), {});
    EXPECT_TRUE(first == judgement_of(mx_in(MxState::nxdomain), {}, {}, {}, start_of_time + 1h));
    EXPECT_FALSE(first == judgement_of(mx_in(MxState::none_usable), {}));
}

TEST(Domain, WithoutAWayOutAFailedLookupIsOurOwnDoing) {
    DomainJudgement before;
    before.findings.push_back({Statement("dns.lookup_failed", "MX lookup: timeout"), Scope::domain, {}, {}, 0, {}});
    EXPECT_EQ(held_back(before, false).findings.size(), 1u);
    EXPECT_THAT(held_back(before, true).findings, IsEmpty());
}

TEST(Domain, WhatIsFoundElsewhereCountsAndIsIgnoredLikeTheRest) {
    const std::vector<Finding> further = {
        {Statement("dns.resolvers_disagree", "one says otherwise"), Scope::domain, {}, {}, 0, {}}};
    DomainPolicy policy;
    EXPECT_EQ(judge_domain(healthy_mx(), {}, policy, {}, start_of_time, true, nullptr, further).findings.size(), 1u);
    policy.ignore = {FindingCode("dns.resolvers_disagree")};
    EXPECT_THAT(judge_domain(healthy_mx(), {}, policy, {}, start_of_time, true, nullptr, further).findings, IsEmpty());
}

}  // namespace
}  // namespace mxfleet
