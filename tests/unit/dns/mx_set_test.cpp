// What two looks at a domain's MX are compared by, and when a further resolver disagrees (CHECKS §1).
#include "probes/dns/mx_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/dns/assess.hpp"
#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using namespace testing_dns;
using testing::ElementsAre;
using testing::IsEmpty;

MxSet set_in(const DnsResult& result) {
    return mx_set(assess_mx("example.com", result, 64));
}

TEST(MxSet, IsWhatIsPublished) {
    const MxSet two = set_in(mx_of({{20, "b.example"}, {10, "a.example"}}));
    EXPECT_EQ(in_words(two), "10 a.example, 20 b.example");
    EXPECT_EQ(lines_of(two), "10 a.example\n20 b.example");
    EXPECT_EQ(two, set_in(mx_of({{10, "a.example"}, {20, "b.example"}}))) << "in any order";
    EXPECT_NE(two, set_in(mx_of({{10, "a.example"}, {10, "b.example"}})));
    EXPECT_EQ(in_words(set_in(mx_of({{0, "."}}))), "0 .");
    EXPECT_EQ(in_words(set_in(nodata())), "no MX record");
    EXPECT_EQ(set_in(nxdomain()), set_in(nodata()));
    EXPECT_NE(set_in(mx_of({{0, "example.com"}})), set_in(nodata())) << "a record is not the lack of one";
}

class DisagreementTest : public testing::Test {
protected:
    /// Both were asked; what counts then.
    std::vector<std::string> ask(const MxSet& ours, std::optional<MxSet> theirs,
                                 std::chrono::seconds their_ttl = 300s) {
        const std::vector<OtherAnswer> others = {{"other", std::move(theirs), their_ttl}};
        held = follow(held, ours, our_ttl, others, now);
        std::vector<std::string> counting;
        for (const Disagreement& each : held) {
            if (each.counts(now)) counting.push_back(in_words(each.theirs));
        }
        return counting;
    }

    const MxSet before = {{10, "old.example"}};
    const MxSet after = {{10, "new.example"}};
    const MxSet third = {{10, "third.example"}};
    std::chrono::seconds our_ttl = 60s;
    std::vector<Disagreement> held;
    SteadyTime now = SteadyTime{} + 1h;
};

TEST_F(DisagreementTest, CountsOnceItOutlivesTheLargerTtl) {
    EXPECT_THAT(ask(after, before), IsEmpty());
    now += 299s;
    EXPECT_THAT(ask(after, before, 1s), IsEmpty()) << "the TTL that ran when it began holds";
    now += 1s;
    EXPECT_THAT(ask(after, before, 300s), ElementsAre("10 old.example"));
    EXPECT_THAT(ask(after, after), IsEmpty());
    EXPECT_THAT(held, IsEmpty());
}

TEST_F(DisagreementTest, OurLargerTtlCountsAsWell) {
    our_ttl = 3600s;
    ask(after, before);
    now += 301s;
    EXPECT_THAT(ask(after, before), IsEmpty());
    now += 3300s;
    EXPECT_THAT(ask(after, before), ElementsAre("10 old.example"));
}

TEST_F(DisagreementTest, AnErrorIsNoneAndDoesNotBeginItAnew) {
    EXPECT_THAT(ask(after, std::nullopt), IsEmpty());
    EXPECT_THAT(held, IsEmpty());
    ask(after, before);
    now += 301s;
    EXPECT_THAT(ask(after, std::nullopt), IsEmpty());
    EXPECT_THAT(ask(after, before), ElementsAre("10 old.example"));
}

TEST_F(DisagreementTest, OtherSetsAreAnotherDisagreement) {
    ask(before, after);
    now += 301s;
    EXPECT_THAT(ask(after, before), IsEmpty()) << "now ours has changed";
    now += 301s;
    EXPECT_THAT(ask(after, third), IsEmpty());
    now += 301s;
    EXPECT_THAT(ask(after, third), ElementsAre("10 third.example"));
}

}  // namespace
}  // namespace mxfleet
