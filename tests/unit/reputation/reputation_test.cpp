// What others make of an address (CHECKS §7): what each answer of DNS means, and what is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <optional>

#include "probes/reputation/findings.hpp"
#include "probes/reputation/look_up.hpp"
#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::ElementsAre;
using testing::IsEmpty;

class ReputationTest : public testing::Test {
protected:
    template <class T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        asio::co_spawn(context_, std::move(work), [&](const std::exception_ptr& error, T value) {
            if (error) std::rethrow_exception(error);
            result = std::move(value);
        });
        context_.restart();
        context_.run();
        return *std::move(result);
    }

    static DnsResult ptr(std::vector<std::string> names, int ttl = 3600) {
        std::vector<DnsRecord> records;
        for (std::string& name : names)
            records.emplace_back(NameRecord{std::move(name)});
        return answered(with_records(std::move(records), ttl));
    }

    asio::io_context context_;
    FakeLookup dns_{context_};
};

// ---- Reverse DNS ----------------------------------------------------------------------------------------------------

struct ForwardRow {
    const char* why;
    std::vector<std::string> names;
    std::vector<DnsResult> forward;
    ReverseState state;
};

TEST_F(ReputationTest, OneNameThatLeadsBackIsEnough) {
    const DnsResult ours = addresses({"192.0.2.1"});
    const DnsResult other = addresses({"192.0.2.2"});
    const std::vector<ForwardRow> rows = {
        {"the plain case", {"a.example"}, {ours}, ReverseState::confirmed},
        {"among several addresses", {"a.example"}, {addresses({"192.0.2.9", "192.0.2.1"})}, ReverseState::confirmed},
        {"another address", {"a.example"}, {other}, ReverseState::unconfirmed},
        {"the second name", {"a.example", "b.example"}, {other, ours}, ReverseState::confirmed},
        {"a name without address", {"a.example"}, {nodata()}, ReverseState::unconfirmed},
        {"a lookup that failed", {"a.example"}, {failed(DnsError::timeout)}, ReverseState::unknown},
        {"failed, and another", {"a.example", "b.example"}, {failed(DnsError::servfail), other}, ReverseState::unknown},
        {"failed, and ours", {"a.example", "b.example"}, {failed(DnsError::servfail), ours}, ReverseState::confirmed},
        {"no host's name", {"a\\032b.example"}, {ours}, ReverseState::unconfirmed},
    };
    const std::vector<std::string> labels = {"a.example", "b.example"};
    for (const ForwardRow& row : rows) {
        FakeLookup dns(context_);
        dns.say("1.2.0.192.in-addr.arpa", RecordType::ptr, ptr(row.names));
        for (std::size_t at = 0; at < row.forward.size(); ++at)
            dns.say(labels[at], RecordType::a, row.forward[at]);
        EXPECT_EQ(run(look_up_reverse(dns, ip("192.0.2.1"))).facts.state, row.state) << row.why;
    }
}

TEST_F(ReputationTest, WithoutNameItIsMissingAndWithoutAnswerUnknown) {
    dns_.say("1.2.0.192.in-addr.arpa", RecordType::ptr, nodata());
    dns_.say("3.2.0.192.in-addr.arpa", RecordType::ptr, failed(DnsError::timeout));
    const auto nodata_here = run(look_up_reverse(dns_, ip("192.0.2.1")));
    EXPECT_EQ(nodata_here.facts.state, ReverseState::missing);
    EXPECT_EQ(nodata_here.ttl, std::chrono::seconds{60});
    EXPECT_EQ(run(look_up_reverse(dns_, ip("192.0.2.2"))).facts.is_confirmed(), false);
    EXPECT_EQ(run(look_up_reverse(dns_, ip("192.0.2.3"))).facts.is_confirmed(), std::nullopt);
}

TEST_F(ReputationTest, AsksForIpv6AndStopsAtTheFirstThatConfirms) {
    const IpAddress address = ip("2001:db8::1");
    dns_.say("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", RecordType::ptr,
             ptr({"a.example", "b.example"}, 90));
    dns_.say("a.example", RecordType::aaaa, addresses({"2001:db8::1"}));
    const auto found = run(look_up_reverse(dns_, address));
    EXPECT_EQ(found.facts.is_confirmed(), true);
    EXPECT_EQ(found.ttl, std::chrono::seconds{90});
    EXPECT_THAT(found.facts.each_name(), ElementsAre("a.example", "b.example"));
    EXPECT_EQ(dns_.asked.back(), "a.example AAAA");
}

TEST_F(ReputationTest, KeepsAndAsksForAFewNamesOnly) {
    std::vector<std::string> many;
    for (int n = 0; n < 100; ++n)
        many.push_back("name" + std::to_string(n) + ".example");
    dns_.say("1.2.0.192.in-addr.arpa", RecordType::ptr, ptr(many));
    EXPECT_EQ(run(look_up_reverse(dns_, ip("192.0.2.1"))).facts.each_name().size(), reverse_names_limit);
    EXPECT_EQ(dns_.asked.size(), 1 + reverse_names_limit);
}

// ---- Block lists ----------------------------------------------------------------------------------------------------

TEST(Dnsbl, IsAskedByReversedOctetsOrNibbles) {
    EXPECT_EQ(dnsbl_name(ip("192.0.2.1"), "bl.example"), "1.2.0.192.bl.example");
    EXPECT_EQ(dnsbl_name(ip("2001:db8::1"), "bl.example"),
              "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example");
}

TEST(Dnsbl, WhatAnAnswerMeans) {
    struct Row {
        DnsResult answer;
        DnsblAnswer listing;
    };
    const std::vector<Row> rows = {
        {addresses({"127.0.0.2"}), DnsblAnswer::listed},
        {addresses({"127.0.1.4"}), DnsblAnswer::listed},
        {addresses({"127.255.254.9"}), DnsblAnswer::listed},
        {addresses({"127.0.0.1", "127.0.0.10"}), DnsblAnswer::listed},
        {nxdomain(), DnsblAnswer::clean},
        {addresses({"127.0.0.1"}), DnsblAnswer::unknown},
        {addresses({"127.255.255.254"}), DnsblAnswer::unknown},  // asked through a resolver that the list refuses
        {addresses({"192.0.2.1"}), DnsblAnswer::unknown},        // a domain for sale
        {nodata(), DnsblAnswer::unknown},
        {failed(DnsError::servfail), DnsblAnswer::unknown},
        {failed(DnsError::timeout), DnsblAnswer::unknown},
    };
    for (const Row& row : rows)
        EXPECT_EQ(assess_listing(row.answer), row.listing) << (&row - rows.data());
}

TEST(Dnsbl, AZoneIsTestedByTheTwoEntriesThatEachHas) {
    struct Row {
        DnsblAnswer two, one;
        ZoneState state;
    };
    const std::vector<Row> rows = {
        {DnsblAnswer::listed, DnsblAnswer::clean, ZoneState::usable},
        {DnsblAnswer::listed, DnsblAnswer::listed, ZoneState::unusable},
        {DnsblAnswer::clean, DnsblAnswer::clean, ZoneState::unusable},
        {DnsblAnswer::clean, DnsblAnswer::unknown, ZoneState::unusable},
        {DnsblAnswer::unknown, DnsblAnswer::clean, ZoneState::unknown},
        {DnsblAnswer::listed, DnsblAnswer::unknown, ZoneState::unknown},
        {DnsblAnswer::unknown, DnsblAnswer::listed, ZoneState::unusable},
    };
    for (const Row& row : rows)
        EXPECT_EQ(assess_zone(row.two, row.one), row.state) << (&row - rows.data());
}

TEST_F(ReputationTest, AListIsAskedOnceEvenWhereItFails) {
    dns_.say("1.2.0.192.bl.example", RecordType::a, failed(DnsError::servfail));
    EXPECT_EQ(run(look_up_listing(dns_, ip("192.0.2.1"), "bl.example")), DnsblAnswer::unknown);
    EXPECT_THAT(dns_.asked, ElementsAre("1.2.0.192.bl.example A"));
}

TEST_F(ReputationTest, AZoneThatListsNobodyIsOfNoUse) {
    dns_.say("2.0.0.127.bl.example", RecordType::a, addresses({"127.0.0.2"}));
    dns_.say("1.0.0.127.bl.example", RecordType::a, nxdomain());
    EXPECT_EQ(run(test_zone(dns_, "bl.example")), ZoneState::usable);
    dns_.say("2.0.0.127.bl.example", RecordType::a, nxdomain());
    EXPECT_EQ(run(test_zone(dns_, "bl.example")), ZoneState::unusable);
}

// ---- What it comes to -----------------------------------------------------------------------------------------------

TEST(Reputation, UnknownLeavesWhatWasKnown) {
    Listings listings{std::make_shared<const DnsblZones>(DnsblZones{"a.example", "b.example"})};
    EXPECT_EQ(listings.is_listed(1), std::nullopt);
    listings.note(1, DnsblAnswer::listed);
    listings.note(1, DnsblAnswer::unknown);
    EXPECT_EQ(listings.is_listed(0), std::nullopt);
    EXPECT_EQ(listings.is_listed(1), true);
    EXPECT_THAT(listings.listing_zones(), ElementsAre("b.example"));
    listings.note(1, DnsblAnswer::clean);
    EXPECT_EQ(listings.is_listed(1), false);
}

TEST(Reputation, IsJudged) {
    Reputation reputation;
    EXPECT_THAT(judge_reputation(reputation), IsEmpty());
    reputation.reverse = {"a.example\nb.example", ReverseState::confirmed};
    EXPECT_THAT(judge_reputation(reputation), IsEmpty());
    reputation.reverse.state = ReverseState::unconfirmed;
    EXPECT_EQ(judge_reputation(reputation).at(0).summary, "does not lead back to the address: a.example, b.example");
    reputation.reverse = {{}, ReverseState::missing};
    Listings listings{std::make_shared<const DnsblZones>(DnsblZones{"bl.example"}), 1, 1};
    reputation.listings = std::make_shared<const Listings>(listings);
    const auto statements = judge_reputation(reputation);
    ASSERT_EQ(statements.size(), 2);
    EXPECT_EQ(statements[0].code.text(), "rdns.missing");
    EXPECT_EQ(statements[1], Statement("dnsbl.listed", "listed in bl.example"));
    for (const Statement& each : statements)
        EXPECT_TRUE(is_about_reputation(each.code));
    EXPECT_FALSE(is_about_reputation("dns.null_mx"));
}

}  // namespace
}  // namespace mxfleet
