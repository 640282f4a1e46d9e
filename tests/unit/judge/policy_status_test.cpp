#include "agent/judge/policy_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/judge/endpoint.hpp"

namespace mxfleet {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime start{days{20'000}};
const EndpointKey asked{"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25};
const std::vector<SharedText> both{"a.example", "b.example"};

PolicyFacts run(const char* domain, std::uint16_t postmaster) {
    PolicyFacts facts;
    facts.domain = domain;
    facts[PolicyProbe::postmaster] = {postmaster, false, "said"};
    return facts;
}

/// Runs for a.example, a day apart.
SharedPolicyStatuses after_replies(const std::vector<std::uint16_t>& codes, std::chrono::milliseconds apart = days{1}) {
    SharedPolicyStatuses statuses;
    WallTime now = start;
    for (const std::uint16_t code : codes) {
        statuses = after_run(statuses.get(), run("a.example", code), both, now);
        now += apart;
    }
    return statuses;
}

std::vector<std::string> codes(const SharedPolicyStatuses& statuses, const char* domain) {
    std::vector<std::string> all;
    for (const Finding& finding : judge_policy(asked, statuses.get(), domain))
        all.emplace_back(finding.statement.code.text());
    return all;
}

struct GreylistRow {
    const char* what;
    std::vector<std::uint16_t> replies;
    std::optional<bool> greylists;
};

TEST(PolicyStatus, GreylistingIsFirstPutOffAndThenLetIn) {
    for (const GreylistRow& row : std::initializer_list<GreylistRow>{
             {"let in at once", {250}, false},
             {"put off", {450}, std::nullopt},
             {"put off as others do it", {451}, std::nullopt},
             {"let in the second time", {451, 250}, true},
             {"put off twice", {451, 451, 250}, true},
             {"known since", {451, 250, 250, 250}, true},
             {"put off again, as one of another domain might be", {451, 250, 451}, true},
             {"refused in the end", {451, 550}, std::nullopt},
             {"refused in between", {451, 550, 250}, false},
             {"no answer in between", {451, 0, 250}, true},
             {"out of storage, which is something else", {452, 250}, false},
             {"refused", {550}, std::nullopt},
         }) {
        EXPECT_EQ(greylisting(after_replies(row.replies).get()), row.greylists) << row.what;
    }
}

TEST(PolicyStatus, GreylistingThatWasNotSeenForLongIsForgotten) {
    EXPECT_EQ(greylisting(after_replies({451, 250, 250}, days{30}).get()), true);
    EXPECT_EQ(greylisting(after_replies({451, 250, 250, 250}, days{30}).get()), false);
}

TEST(PolicyStatus, EachDomainHasItsOwn) {
    auto statuses = after_run(nullptr, run("b.example", 550), both, start);
    statuses = after_run(statuses.get(), run("a.example", 250), both, start + minutes{5});
    EXPECT_THAT(codes(statuses, "a.example"), IsEmpty());
    EXPECT_THAT(codes(statuses, "b.example"), ElementsAre("policy.postmaster_refused"));
    EXPECT_THAT(codes(statuses, "c.example"), IsEmpty());
    EXPECT_EQ(policy_of(statuses.get(), "b.example")->checked_at, MaybeTime(start));
    EXPECT_EQ(policy_of(statuses.get(), "a.examplf"), nullptr);
    EXPECT_EQ(policy_of(nullptr, "a.example"), nullptr);
}

TEST(PolicyStatus, WhoIsNotAskedForAnyMoreGoes) {
    auto statuses = after_run(nullptr, run("a.example", 550), both, start);
    statuses = after_run(statuses.get(), run("b.example", 250), {"b.example"}, start);
    EXPECT_EQ(policy_of(statuses.get(), "a.example"), nullptr);
    EXPECT_NE(policy_of(statuses.get(), "b.example"), nullptr);
}

TEST(PolicyStatus, AQuestionWithoutAnAnswerKeepsTheOneBefore) {
    EXPECT_THAT(codes(after_replies({550, 0}), "a.example"), ElementsAre("policy.postmaster_refused"));
    EXPECT_THAT(codes(after_replies({550, 250}), "a.example"), IsEmpty());
}

TEST(PolicyStatus, FindingsAreAboutTheEndpoint) {
    const auto findings = judge_policy(asked, after_replies({451, 250}).get(), "a.example");
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].statement.code, FindingCode("policy.greylisting"));
    EXPECT_EQ(findings[0].scope, Scope::endpoint);
    EXPECT_EQ(findings[0].mx, "mx1.example.com");
    EXPECT_EQ(findings[0].ip, asked.ip);
}

TEST(PolicyStatus, OnlyAnotherAnswerIsSomethingElseToWhoeverJudgesDomains) {
    EndpointStatus before;
    EndpointStatus now;
    EXPECT_TRUE(same_judgement(before, now));
    now.set_policies(after_replies({250}));
    EXPECT_FALSE(same_judgement(before, now));
    before.set_policies(after_replies({250, 250}));
    EXPECT_TRUE(same_judgement(before, now)) << "the same, once more";
    now.set_policies(after_replies({550}));
    EXPECT_FALSE(same_judgement(before, now)) << "another answer";
    now.set_policies(after_replies({451, 250}));
    EXPECT_FALSE(same_judgement(before, now)) << "the same, and it greylists";
    now.set_policies(after_run(before.policies().get(), run("b.example", 250), both, start));
    EXPECT_FALSE(same_judgement(before, now)) << "on behalf of another domain, too";
}

TEST(PolicyStatus, KeepsNoTextThatNobodyReads) {
    const auto text = [](std::uint16_t code) {
        return after_replies({code})->front().facts[PolicyProbe::postmaster].text;
    };
    EXPECT_EQ(text(250), "");
    EXPECT_EQ(text(451), "");
    EXPECT_EQ(text(550), "said");
}

}  // namespace
}  // namespace mxfleet
