// The fleet's addresses, looked up by a DNS that is told what to say.
#include "agent/fleet/reputations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ReputationsTest : public testing::Test, public ReputationUser {
protected:
    ReputationsTest() {
        dns.say("1.2.0.192.in-addr.arpa", RecordType::ptr, answered(with_records({NameRecord{"mx.example.com"}})));
        dns.say("mx.example.com", RecordType::a, addresses({"192.0.2.1"}));
        dns.say("2.0.0.127.bl.example", RecordType::a, addresses({"127.0.0.2"}));
        dns.say("2.0.0.127.all.example", RecordType::a, addresses({"127.0.0.2"}));
        dns.say("1.0.0.127.all.example", RecordType::a, addresses({"127.0.0.2"}));
    }

    void reputation_learned(const std::shared_ptr<EndpointCell>& cell, const Reputation& reputation) override {
        told.push_back(cell->key.mx + " " + cell->key.ip.text());
        cell->status.publish(
            std::make_shared<const EndpointStatus>(with_reputation(*cell->status.read(), reputation, {})));
    }
    void list_asked(DnsblAnswer answer) override { answers.push_back(answer); }

    void add(const char* mx, const char* address) {
        EndpointStatus status;
        status.key = {mx, ip(address), 25};
        fleet.endpoints.push_back(std::make_shared<EndpointCell>(status));
    }

    void ask_lists(std::vector<std::string> zones) {
        Settings settings;
        settings.dnsbl.zones = std::move(zones);
        reputations.configure(settings);
    }

    /// Several rounds, each with what its lookups brought.
    void look(int rounds = 6) {
        while (rounds-- > 0) {
            reputations.look(fleet, own, dns);
            context.restart();
            context.run();
        }
    }

    const Reputation& of(std::size_t at) { return (held = fleet.endpoints[at]->status.read())->reputation; }

    asio::io_context context;
    FakeLookup dns{context};
    Fleet fleet;
    std::vector<IpAddress> own;
    std::vector<std::string> told;
    std::vector<DnsblAnswer> answers;
    std::shared_ptr<const EndpointStatus> held;
    Reputations reputations{context, *this};
};

TEST_F(ReputationsTest, AnAddressIsLookedUpOnceForAllItsEndpoints) {
    add("mx.example.com", "192.0.2.1");
    add("other.example.com", "192.0.2.1");
    look();
    EXPECT_THAT(dns.asked, ElementsAre("1.2.0.192.in-addr.arpa PTR", "mx.example.com A"));
    EXPECT_THAT(told, ElementsAre("mx.example.com 192.0.2.1", "other.example.com 192.0.2.1"));
    EXPECT_EQ(of(0).reverse.state, ReverseState::confirmed);
    EXPECT_EQ(of(1).reverse.state, ReverseState::confirmed);
    EXPECT_EQ(of(0).reverse.names.text().data(), fleet.endpoints[0]->key.mx.text().data()) << "the name is kept once";
    EXPECT_EQ(of(0).listings, nullptr);
    add("third.example.com", "192.0.2.1");
    look(1);
    EXPECT_EQ(told.back(), "third.example.com 192.0.2.1") << "one that comes later is told at once";
}

TEST_F(ReputationsTest, AFailureLeavesWhatWasKnown) {
    add("mx.example.com", "192.0.2.3");
    dns.say("3.2.0.192.in-addr.arpa", RecordType::ptr, failed(DnsError::timeout));
    look();
    EXPECT_EQ(of(0).reverse.is_confirmed(), std::nullopt);
    EXPECT_THAT(dns.asked, ElementsAre("3.2.0.192.in-addr.arpa PTR")) << "and is not asked again at once";
}

TEST_F(ReputationsTest, WithoutReverseNameThereIsAFinding) {
    add("mx.example.com", "192.0.2.9");
    look();
    EXPECT_EQ(of(0).reverse.state, ReverseState::missing);
    EXPECT_EQ(held->findings.at(0).statement.code.text(), "rdns.missing");
}

TEST_F(ReputationsTest, ListsAreTestedAndThenAskedOnceAnHour) {
    add("mx.example.com", "192.0.2.1");
    dns.say("1.2.0.192.bl.example", RecordType::a, addresses({"127.0.0.4"}));
    dns.say("1.2.0.192.all.example", RecordType::a, addresses({"127.0.0.2"}));
    ask_lists({"bl.example", "all.example"});
    look();
    EXPECT_EQ(std::ranges::count(dns.asked, "1.2.0.192.bl.example A"), 1);
    EXPECT_EQ(std::ranges::count(dns.asked, "1.2.0.192.all.example A"), 0) << "it lists everybody";
    EXPECT_THAT(answers, ElementsAre(DnsblAnswer::listed));
    EXPECT_EQ(of(0).listings->is_listed(0), true);
    EXPECT_EQ(of(0).listings->is_listed(1), std::nullopt);
    ASSERT_TRUE(reputations.table());
    EXPECT_THAT(reputations.table()->states, ElementsAre(ZoneState::usable, ZoneState::unusable));
    EXPECT_EQ(reputations.table()->rows.size(), 1u);
    ask_lists({});
    look();
    EXPECT_EQ(reputations.table(), nullptr);
    EXPECT_EQ(of(0).listings, nullptr);
}

TEST_F(ReputationsTest, OurOwnAddressesAreLookedUpAndNotShownAmongTheFleet) {
    own = {ip("192.0.2.1")};
    ask_lists({"bl.example"});
    EXPECT_EQ(reputations.of_own(own[0]), nullptr);
    look();
    ASSERT_NE(reputations.of_own(own[0]), nullptr);
    EXPECT_EQ(reputations.of_own(own[0])->reverse.state, ReverseState::confirmed);
    EXPECT_EQ(reputations.of_own(own[0])->listings->is_listed(0), false);
    EXPECT_THAT(reputations.table()->rows, IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ReputationsTest, AnAddressThatIsBothIsNotStuck) {
    own = {ip("192.0.2.1")};
    add("mx.example.com", "192.0.2.1");
    look();
    EXPECT_THAT(told, UnorderedElementsAre("mx.example.com 192.0.2.1"));
    EXPECT_NE(reputations.of_own(own[0]), nullptr);
}

TEST_F(ReputationsTest, WhatLeavesTheFleetIsForgotten) {
    add("mx.example.com", "192.0.2.1");
    ask_lists({"bl.example"});
    look();
    EXPECT_EQ(reputations.table()->rows.size(), 1u);
    fleet.endpoints.clear();
    look();
    EXPECT_THAT(reputations.table()->rows, IsEmpty());
}

}  // namespace
}  // namespace mxfleet
