// What the agent makes of its own place, fed by hand: sessions, lookups, and a check target on loopback.
#include "agent/fleet/vantage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr VantageResult works(VantageCheck check) {
    return {check, true};
}
constexpr VantageResult fails(VantageCheck check) {
    return {check, false};
}

/// Nobody's name is asked for.
class NoLookup : public DnsLookup {
    asio::awaitable<DnsResult> query(std::string, RecordType, DnsFlags) override {
        ++asked;
        co_return DnsResult{};
    }

public:
    int asked = 0;
};

class VantageTest : public testing::Test {
protected:
    VantageTest() {
        for (int number = 0; number < 4; ++number)
            fleet.endpoints.push_back(std::make_shared<EndpointCell>(status(number, Reason::timeout)));
    }

    ~VantageTest() override {
        vantage.stop();
        context.run();
    }

    static EndpointStatus status(int number, std::optional<Reason> reason, bool v6 = false) {
        SessionFacts facts;
        facts.no_local_route = reason == Reason::no_route;
        if (reason) facts.failure = Failure{Phase::connect, *reason, ""};
        if (!reason) {
            facts.times.set(Phase::connect, 1ms);
            facts.failure = Failure{Phase::banner, Reason::closed, ""};
        }
        EndpointStatus status;
        const std::string ip = (v6 ? "2001:db8::" : "192.0.2.") + std::to_string(number + 1);
        status.key = {"mx.example.com", *IpAddress::parse(ip), 25};
        return after_session(status, std::make_shared<const SessionFacts>(facts), {}, {});
    }

    void all_silent() {
        for (const auto& cell : fleet.endpoints)
            vantage.session_ended(*cell->status.read());
    }

    void watch_target(std::uint16_t port) {
        Settings settings;
        settings.vantage.check_targets = {{"127.0.0.1", port}};
        settings.smtp.connect_timeout = 100ms;
        vantage.configure(settings, *load_trust_store({}));
    }

    /// Does what was posted, and looks until something came of it.
    std::vector<std::string> look() {
        context.restart();
        context.poll();
        std::vector<std::string> said;
        for (const Vantage::Change& change : vantage.look(fleet, 2, dns))
            said.push_back((change.holds ? "+" : "-") + std::string(change.finding.statement.code.text()));
        return said;
    }

    void look_until_checked() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (vantage.results().empty() && std::chrono::steady_clock::now() < deadline) {
            context.restart();
            context.run_one_for(100ms);
            look();
        }
    }

    asio::io_context context;
    Memory memory{nullptr};
    Vantage vantage{context, memory};
    NoLookup dns;
    Fleet fleet;
};

TEST_F(VantageTest, WithoutTargetsASilentFleetIsOurFault) {
    EXPECT_THAT(look(), IsEmpty());
    all_silent();
    EXPECT_THAT(look(), ElementsAre("+vantage.egress_blocked"));
    EXPECT_TRUE(vantage.egress_fails());
    EXPECT_THAT(look(), IsEmpty()) << "said once";
    EXPECT_EQ(vantage.findings().size(), 1u);
    EXPECT_THAT(vantage.results(), ElementsAre(fails(VantageCheck::egress_ipv4)));
    vantage.session_ended(status(0, std::nullopt));
    EXPECT_THAT(look(), ElementsAre("-vantage.egress_blocked"));
    EXPECT_FALSE(vantage.egress_fails());
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::egress_ipv4)));
}

TEST_F(VantageTest, OneOperatorsOutageIsNotOurs) {
    fleet.endpoints.clear();
    EndpointStatus elsewhere = status(0, Reason::timeout);
    elsewhere.key.ip = *IpAddress::parse("198.51.100.1");
    fleet.endpoints.push_back(std::make_shared<EndpointCell>(elsewhere));
    for (int number = 0; number < 20; ++number) {
        fleet.endpoints.push_back(std::make_shared<EndpointCell>(status(number, Reason::timeout)));
        vantage.session_ended(*fleet.endpoints.back()->status.read());
    }
    EXPECT_THAT(look(), IsEmpty()) << "another network has not been tried meanwhile";
    vantage.session_ended(elsewhere);
    EXPECT_THAT(look(), ElementsAre("+vantage.egress_blocked"));
}

TEST_F(VantageTest, OneFamilyThatFailsIsHeldBackAlone) {
    for (int number = 10; number < 20; ++number)
        fleet.endpoints.push_back(std::make_shared<EndpointCell>(status(number, Reason::timeout, true)));
    all_silent();
    for (int number = 0; number < 4; ++number)
        vantage.session_ended(status(number, std::nullopt));
    EXPECT_THAT(look(), ElementsAre("+vantage.egress_blocked"));
    EXPECT_EQ(vantage.blocked(), (BlockedFamilies{.ipv4 = false, .ipv6 = true}));
    EXPECT_FALSE(vantage.egress_fails());
    EXPECT_EQ(vantage.findings().at(0).statement.severity, Severity::warning);
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::egress_ipv4), fails(VantageCheck::egress_ipv6)));
    vantage.session_ended(status(10, std::nullopt, true));
    EXPECT_THAT(look(), ElementsAre("-vantage.egress_blocked"));
    EXPECT_FALSE(vantage.blocked().any());
}

TEST_F(VantageTest, WhatFailsForWantOfSomethingHereIsOurs) {
    for (int number = 0; number < 4; ++number)
        vantage.session_ended(status(number, Reason::local_fault));
    EXPECT_THAT(look(), ElementsAre("+vantage.local_fault"));
    EXPECT_FALSE(vantage.blocked().any()) << "it says nothing about the way out";
    EXPECT_THAT(look(), IsEmpty());
}

TEST_F(VantageTest, WithoutAWayOutNoResolverIsMissed) {
    for (const char* const domain : {"a.example", "b.example", "c.example"}) {
        MxFacts facts;
        facts.domain = domain;
        facts.error = DnsError::timeout;
        vantage.lookup_ended(facts);
    }
    EXPECT_THAT(look(), ElementsAre("+vantage.resolver_failed"));
    all_silent();
    EXPECT_THAT(look(), UnorderedElementsAre("+vantage.egress_blocked", "-vantage.resolver_failed"));
    vantage.session_ended(status(0, std::nullopt));
    EXPECT_THAT(look(), UnorderedElementsAre("-vantage.egress_blocked", "+vantage.resolver_failed"));
}

TEST_F(VantageTest, ATargetThatAnswersMakesTheFaultTheirs) {
    asio::ip::tcp::acceptor target(context, {asio::ip::make_address("127.0.0.1"), 0});
    watch_target(target.local_endpoint().port());
    all_silent();
    EXPECT_THAT(look(), IsEmpty()) << "not before the target was asked";
    look_until_checked();
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::egress_ipv4)));
    EXPECT_FALSE(vantage.egress_fails());
    EXPECT_THAT(vantage.findings(), IsEmpty());
    EXPECT_EQ(dns.asked, 0) << "an address needs no lookup";
}

TEST_F(VantageTest, ARefusalIsAnAnswer) {
    asio::ip::tcp::acceptor target(context, {asio::ip::make_address("127.0.0.1"), 0});
    watch_target(target.local_endpoint().port());
    target.close();
    look();
    look_until_checked();
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::egress_ipv4)));
}

TEST_F(VantageTest, AForgottenTargetLeavesNoCheck) {
    asio::ip::tcp::acceptor target(context, {asio::ip::make_address("127.0.0.1"), 0});
    watch_target(target.local_endpoint().port());
    look();
    look_until_checked();
    vantage.configure({}, *load_trust_store({}));
    look();
    EXPECT_THAT(vantage.results(), IsEmpty());
}

TEST_F(VantageTest, NoIpv6IsSaidWhileEndpointsAreSkipped) {
    fleet.endpoints.push_back(std::make_shared<EndpointCell>(status(9, Reason::no_route, true)));
    vantage.session_ended(*fleet.endpoints.back()->status.read());
    EXPECT_THAT(look(), ElementsAre("+vantage.no_ipv6"));
    EXPECT_FALSE(vantage.egress_fails()) << "many hosts have none";
    fleet.endpoints.pop_back();
    std::vector<std::string> said;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (said.empty() && std::chrono::steady_clock::now() < deadline)
        said = look();
    EXPECT_THAT(said, ElementsAre("-vantage.no_ipv6"));
}

TEST_F(VantageTest, ResolversFailOnceNobodyAnswersDifferentLookups) {
    const auto lookup = [](const char* domain, std::optional<DnsError> error) {
        MxFacts facts;
        facts.domain = domain;
        facts.error = error;
        if (!error) facts.state = MxState::nxdomain;
        return facts;
    };
    vantage.lookup_ended(lookup("a.example", DnsError::local_fault));
    look();
    EXPECT_THAT(vantage.results(), IsEmpty()) << "our own fault says nothing";
    vantage.lookup_ended(lookup("a.example", DnsError::timeout));
    vantage.lookup_ended(lookup("a.example", DnsError::timeout));
    EXPECT_THAT(look(), IsEmpty()) << "one of two domains";
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::resolver)));
    vantage.lookup_ended(lookup("b.example", DnsError::no_resolver));
    EXPECT_THAT(look(), ElementsAre("+vantage.resolver_failed"));
    EXPECT_THAT(vantage.results(), ElementsAre(fails(VantageCheck::resolver)));
    vantage.lookup_ended(lookup("b.example", DnsError::servfail));
    EXPECT_THAT(look(), ElementsAre("-vantage.resolver_failed")) << "an error is an answer, too";
    EXPECT_THAT(vantage.results(), ElementsAre(works(VantageCheck::resolver)));
}

}  // namespace
}  // namespace mxfleet
