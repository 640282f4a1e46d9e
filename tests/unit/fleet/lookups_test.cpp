#include "agent/fleet/lookups.hpp"

#include <gtest/gtest.h>

#include <asio/ip/udp.hpp>
#include <set>
#include <string>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

class Watchers : public LookupUser, public DnsObserver {
public:
    bool is_watched(const SharedText& domain) override { return !is_over && !left.contains(std::string(domain)); }
    std::uint16_t port_of(const SharedText&) override { return 25; }
    void lookup_ended(const SharedText&, MxFacts) override {}
    void on_query(const std::string&, RecordType, DnsOutcome, Duration) override {}

    std::set<std::string> left;
    bool is_over = false;
};

/// Lookups at a resolver that takes questions and answers none.
class LookupsTest : public testing::Test {
protected:
    LookupsTest() {
        settings.dns.resolvers = {{*IpAddress::parse("127.0.0.1"), resolver.local_endpoint().port()}};
        settings.schedule.retry_interval = 30s;
        settings.schedule.dns_interval = 5min;
        lookups.configure(settings);
    }

    void TearDown() override {
        watchers.is_over = true;
        lookups.shutdown();
        context.run();  // to the end of all that was under way
    }

    Duration wait_after(const MxFacts& facts) const {
        return lookups.next_after(facts) - std::chrono::steady_clock::now();
    }

    asio::io_context context;
    asio::ip::udp::socket resolver{context, {asio::ip::address_v4::loopback(), 0}};
    Settings settings;
    Watchers watchers;
    Lookups lookups{context, watchers, watchers};
};

MxFacts facts_with(MxState state, std::optional<std::chrono::seconds> ttl) {
    MxFacts facts;
    facts.state = state;
    facts.shortest_ttl = ttl;
    return facts;
}

TEST_F(LookupsTest, AreRepeatedAsTheTtlSaysWithinBounds) {
    struct Case {
        MxState state;
        std::optional<std::chrono::seconds> ttl;
        Duration wait;
    };
    for (const auto& [state, ttl, wait] : {
             Case{MxState::explicit_, 10s, 60s},
             Case{MxState::explicit_, 100s, 100s},
             Case{MxState::explicit_, 1h, 5min},
             Case{MxState::nxdomain, std::nullopt, 5min},
             Case{MxState::unknown, 10s, 30s},
         }) {
        EXPECT_NEAR(std::chrono::duration<double>(wait_after(facts_with(state, ttl))).count(),
                    std::chrono::duration<double>(wait).count(), 1.0);
    }
}

TEST_F(LookupsTest, SoManyAreUnderWayAtOnce) {
    for (int number = 0; number < 300; ++number)
        lookups.add(std::to_string(number) + ".example", SteadyTime{});
    lookups.begin();
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 256U);
}

TEST_F(LookupsTest, CanBeBroughtForwardAndAreNotMadeTwice) {
    lookups.add("a.example", std::chrono::steady_clock::now() + 1h);
    lookups.bring_forward("a.example");
    lookups.bring_forward("nobody.example");
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 1U);
    EXPECT_EQ(lookups.hindrance("a.example", {}, {}), Lookups::Hindrance::under_way);
    lookups.bring_forward("a.example");
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 1U);
}

TEST_F(LookupsTest, AreNotRepeatedSoonerThanTheFloor) {
    const WallTime now{std::chrono::hours{1}};
    using Hindrance = Lookups::Hindrance;
    EXPECT_EQ(lookups.hindrance("a.example", std::nullopt, now), Hindrance::none);
    EXPECT_EQ(lookups.hindrance("a.example", now - 59s, now), Hindrance::too_soon);
    EXPECT_EQ(lookups.hindrance("a.example", now - 60s, now), Hindrance::none);
}

TEST_F(LookupsTest, WaitUntilTheyAreDue) {
    lookups.add("a.example", std::chrono::steady_clock::now() + 1h);
    lookups.begin();
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 0U);
}

TEST_F(LookupsTest, ADomainThatNobodyWatchesIsForgotten) {
    lookups.add("a.example", SteadyTime{});
    lookups.add("b.example", SteadyTime{});
    watchers.left = {"a.example"};
    lookups.begin();
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 1U);
    watchers.left.clear();
    lookups.begin();
    context.poll();
    EXPECT_EQ(lookups.in_flight(), 1U) << "it came back by itself";
}

}  // namespace
}  // namespace mxfleet
