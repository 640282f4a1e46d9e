#include "agent/fleet/first_round.hpp"

#include <gtest/gtest.h>

#include "tests/unit/fleet/some_targets.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

class FirstRoundTest : public testing::Test {
protected:
    void watch(std::vector<Domain> domains) {
        round_.watch(targets_.set_domains(std::move(domains), start).added, targets_);
    }

    DomainTarget& looked_up(const std::string& name) {
        DomainTarget& target = *targets_.find(name);
        target.checked_at = wall;
        return target;
    }

    bool is_ready(SteadyTime now = start) {
        round_.look(5min, now);
        return round_.is_ready();
    }

    Targets targets_{{.interval = 5min, .port = 25, .max_endpoints = 4}};
    FirstRound round_{start};
};

TEST_F(FirstRoundTest, BeginsWithTheDomains) {
    EXPECT_FALSE(is_ready(start + 1h)) << "nobody has said which";
    watch({});
    EXPECT_TRUE(is_ready());
}

TEST_F(FirstRoundTest, EndsWhenEachDomainAndItsServersWereLookedAt) {
    watch({domain("a.example"), domain("b.example")});
    round_.judged(*targets_.find("a.example"));
    EXPECT_FALSE(is_ready()) << "not looked up";
    round_.judged(looked_up("a.example"));
    EXPECT_FALSE(is_ready()) << "the other was not";

    DomainTarget& other = looked_up("b.example");
    const FoundEndpoint server{10, {"mx.example.net", *IpAddress::parse("192.0.2.1"), 25}, {}};
    targets_.set_endpoints(other, {server}, start, wall);
    round_.judged(other);
    EXPECT_FALSE(is_ready()) << "its server was not visited";
    EndpointCell& cell = *other.endpoints.front().endpoint->cell;
    auto visited = std::make_shared<EndpointStatus>(*cell.status.read());
    visited->checked_at = wall;
    cell.status.publish(std::move(visited));
    round_.judged(other);
    EXPECT_TRUE(is_ready());
}

TEST_F(FirstRoundTest, OrAfterOneInterval) {
    watch({domain("a.example")});
    EXPECT_FALSE(is_ready(start + 5min));
    EXPECT_TRUE(is_ready(start + 5min + 1ms));
    watch({domain("a.example"), domain("b.example")});
    EXPECT_TRUE(is_ready(start + 6min)) << "once ready, always ready";
}

TEST_F(FirstRoundTest, DoesNotWaitForADomainThatIsGone) {
    watch({domain("a.example")});
    EXPECT_FALSE(is_ready());
    watch({});
    EXPECT_TRUE(is_ready());
}

}  // namespace
}  // namespace mxfleet
