#include "agent/fleet/policy_turns.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr Duration a_day = 24h;
constexpr TargetId visited = 7;

/// Time passes for both clocks alike.
class PolicyTurnsTest : public testing::Test {
protected:
    PolicyTurnsTest() { turns.set_interval(a_day); }

    std::string turn(const AskedDomains& asked) {
        const auto due = turns.turn(visited, asked, SteadyTime{} + since,
                                    WallTime{std::chrono::floor<std::chrono::milliseconds>(since)});
        return due ? std::string(*due) : "nobody";
    }

    void heard(const AskedDomains& asked, const std::string& domain, std::uint16_t postmaster) {
        PolicyFacts facts;
        facts.domain = domain;
        facts[PolicyProbe::postmaster].code = postmaster;
        turns.asked(visited, asked, facts, SteadyTime{} + since);
    }

    PolicyTurns turns;
    Duration since = 1h;
    const AskedDomains one{{}, {"a.example"}};
};

TEST_F(PolicyTurnsTest, OnceADay) {
    EXPECT_EQ(turn(one), "a.example");
    EXPECT_EQ(turn(one), "a.example") << "it was not asked yet";
    heard(one, "a.example", 250);
    since += a_day - 1s;
    EXPECT_EQ(turn(one), "nobody");
    since += 1s;
    EXPECT_EQ(turn(one), "a.example");
}

TEST_F(PolicyTurnsTest, NobodyWhereNobodyWantsIt) {
    EXPECT_EQ(turn(AskedDomains{{"a.example"}, {}}), "nobody");
}

TEST_F(PolicyTurnsTest, WhoIsPutOffComesAgainInTimeAndNotForEver) {
    heard(one, "a.example", 451);
    since += 5min - 1s;
    EXPECT_EQ(turn(one), "nobody");
    since += 1s;
    EXPECT_EQ(turn(one), "a.example");
    for (unsigned retry = 1; retry < PolicyTurns::retries; ++retry) {
        heard(one, "a.example", 450);
        since += 15min;
        EXPECT_EQ(turn(one), "a.example") << retry;
    }
    heard(one, "a.example", 450);
    since += 15min;
    EXPECT_EQ(turn(one), "nobody");
    since += a_day;
    EXPECT_EQ(turn(one), "a.example");
    heard(one, "a.example", 450);
    since += 5min;
    EXPECT_EQ(turn(one), "a.example") << "another day, another try";
}

TEST_F(PolicyTurnsTest, NoAnswerIsTriedAgainToo) {
    heard(one, "a.example", 0);
    since += 5min;
    EXPECT_EQ(turn(one), "a.example");
}

/// Whatever the interval, as tests like it short.
TEST_F(PolicyTurnsTest, ARetryWaitsNoLongerThanTheInterval) {
    turns.set_interval(10s);
    heard(one, "a.example", 451);
    since += 10s;
    EXPECT_EQ(turn(one), "a.example");
}

TEST_F(PolicyTurnsTest, DomainsTakeTurns) {
    const AskedDomains three{{}, {"a.example", "b.example", "c.example"}};
    std::vector<std::string> order;
    for (int at = 0; at < 4; ++at) {
        order.push_back(turn(three));
        heard(three, order.back(), 250);
        EXPECT_EQ(turn(three), "nobody");
        since += 8h;
    }
    EXPECT_EQ(order, (std::vector<std::string>{"a.example", "b.example", "c.example", "a.example"}));
}

TEST_F(PolicyTurnsTest, ARetryIsForTheSameDomain) {
    const AskedDomains two{{}, {"a.example", "b.example"}};
    heard(two, turn(two), 451);
    since += 5min;
    EXPECT_EQ(turn(two), "a.example");
    heard(two, "a.example", 250);
    since += 12h;
    EXPECT_EQ(turn(two), "b.example");
    heard(two, "b.example", 451);
    since += 5min;
    EXPECT_EQ(turn(AskedDomains{{}, {"a.example", "c.example"}}), "c.example") << "b.example has gone meanwhile";
}

TEST_F(PolicyTurnsTest, AThousandDomainsAreNotAskedForInADay) {
    AskedDomains many;
    for (int number = 0; number < 1000; ++number)
        many.policy.emplace_back("d" + std::to_string(number) + ".example");
    heard(many, turn(many), 250);
    since += 59min;
    EXPECT_EQ(turn(many), "nobody");
    since += 1min;
    EXPECT_EQ(turn(many), "d1.example");
}

TEST_F(PolicyTurnsTest, OneAddressOfAnExchangeADay) {
    for (int day = 0; day < 4; ++day) {
        std::string asked;
        for (std::uint32_t sibling = 0; sibling < 2; ++sibling) {
            const AskedDomains place{{}, {"a.example"}, sibling, 2};
            if (turn(place) != "nobody") asked += std::to_string(sibling);
        }
        EXPECT_EQ(asked, std::to_string(day % 2));
        since += a_day;
    }
}

TEST_F(PolicyTurnsTest, AnAddressThatWentIsForgotten) {
    heard(one, "a.example", 250);
    turns.forget(visited);
    EXPECT_EQ(turn(one), "a.example");
}

}  // namespace
}  // namespace mxfleet
