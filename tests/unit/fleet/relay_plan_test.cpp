#include "agent/fleet/relay_plan.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

const EndpointKey probed{"mx1.mail.example.co.uk", *IpAddress::parse("192.0.2.1"), 25};
constexpr WallTime day_zero{};

RelayTerms terms() {
    auto route = std::make_shared<RecipientRoute>();
    route->add_exchange("in.probe.example");
    route->addresses = {*IpAddress::parse("198.51.100.1")};
    return {"mxfleet-probe@probe.example", "sink@probe.example", route};
}

RelayTerms terms_to(const char* exchange, const char* address) {
    auto route = std::make_shared<RecipientRoute>();
    route->add_exchange(exchange);
    route->addresses = {*IpAddress::parse(address)};
    RelayTerms all = terms();
    all.route = route;
    return all;
}

TEST(RelayPlan, ARegistrableDomainGoesByThePublicSuffixList) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"mx1.mail.example.co.uk", "example.co.uk"},
        {"mx.example.com", "example.com"},
        {"example.com", "example.com"},
        {"co.uk", "co.uk"},
        {"localhost", "localhost"},
    };
    for (const auto& [host, domain] : rows)
        EXPECT_EQ(registrable_domain(host), domain) << host;
}

struct ObstacleRow {
    const char* what;
    RelayTerms terms;
    std::string obstacle;
};

/// CHECKS §10, verdict 1.
TEST(RelayPlan, NeverAsksTheRecipientsOwnServer) {
    RelayTerms without_recipient = terms();
    without_recipient.recipient.clear();
    RelayTerms unresolved = terms();
    unresolved.route = nullptr;
    const std::vector<ObstacleRow> rows = {
        {"somebody else", terms(), ""},
        {"no recipient", without_recipient, "no_recipient"},
        {"not looked up yet", unresolved, "recipient_unresolved"},
        {"the same address", terms_to("in.probe.example", "192.0.2.1"), "recipient_overlaps"},
        {"the same exchange", terms_to("mx1.mail.example.co.uk", "198.51.100.1"), "recipient_overlaps"},
        {"the same owner", terms_to("in.example.co.uk", "198.51.100.1"), "recipient_overlaps"},
        {"only the same suffix", terms_to("in.other.co.uk", "198.51.100.1"), ""},
    };
    for (const ObstacleRow& row : rows)
        EXPECT_EQ(relay_obstacle(row.terms, probed), row.obstacle) << row.what;
}

TEST(RelayPlan, FillsInTheNames) {
    const RelayPlan plan = make_relay_plan(terms(), probed, {"a.example"}, "mail.example", {}, day_zero);
    EXPECT_EQ(plan.names.sender_local, "mxfleet-probe");
    EXPECT_EQ(plan.names.sender_domain, "probe.example");
    EXPECT_EQ(plan.names.recipient_local, "sink");
    EXPECT_EQ(plan.names.recipient_domain, "probe.example");
    EXPECT_EQ(plan.names.greeting_host, "mail.example");
    EXPECT_EQ(plan.names.literal, "[192.0.2.1]");
    EXPECT_TRUE(plan.names.random_local.starts_with("mxfleet-"));
}

std::vector<std::string> forms_of(const RelayPlan& plan) {
    std::vector<std::string> ids;
    for (const RelayForm* const form : plan.forms)
        ids.emplace_back(form->id);
    return ids;
}

std::vector<std::string> forms_asked(const RelayStatus& held, WallTime now, bool extended_forms = true) {
    RelayTerms all = terms();
    all.extended_forms = extended_forms;
    return forms_of(make_relay_plan(all, probed, {"a.example"}, "", held, now));
}

TEST(RelayPlan, WithoutExtendedFormsHasTheFirstTier) {
    EXPECT_EQ(forms_asked({}, day_zero, false), (std::vector<std::string>{"R01", "R02", "R03"}));
}

TEST(RelayPlan, ComesToEveryExtendedFormOneADay) {
    std::set<std::string> seen;
    for (int day = 0; day < 23; ++day) {
        const auto asked = forms_asked({}, day_zero + day * 24h);
        ASSERT_EQ(asked.size(), 4u);
        EXPECT_EQ(asked, forms_asked({}, day_zero + day * 24h + 23h)) << "the same all day";
        seen.insert(asked.back());
    }
    EXPECT_EQ(seen.size(), 23u);
    EXPECT_FALSE(seen.contains("R01"));
}

TEST(RelayPlan, AsksForAnExtendedFormOnceADay) {
    RelayStatus held;
    held.extended_on = std::chrono::floor<std::chrono::days>(day_zero) + std::chrono::days{9};
    EXPECT_EQ(forms_asked(held, day_zero + 9 * 24h + 1h).size(), 3u);
    EXPECT_EQ(forms_asked(held, day_zero + 10 * 24h).size(), 4u);
}

TEST(RelayPlan, AsksForTheSuspectedFormFirst) {
    RelayStatus held;
    held.state = RelayState::suspected;
    held.reason = "R24";
    EXPECT_EQ(forms_asked(held, day_zero, false), (std::vector<std::string>{"R24", "R01", "R02", "R03"}));
    held.reason = "R02";
    EXPECT_EQ(forms_asked(held, day_zero, false), (std::vector<std::string>{"R02", "R01", "R03"}));
    held.state = RelayState::unknown;
    EXPECT_EQ(forms_asked(held, day_zero, false), (std::vector<std::string>{"R01", "R02", "R03"}));
}

TEST(RelayPlan, DomainsBehindAnExchangeTakeTurnsByTheDay) {
    const std::vector<SharedText> domains = {"a.example", "b.example"};
    const auto monitored = [&](WallTime now) {
        return make_relay_plan(terms(), probed, domains, "", {}, now).names.monitored_domain;
    };
    EXPECT_EQ(monitored(day_zero), "a.example");
    EXPECT_EQ(monitored(day_zero + 23h), "a.example");
    EXPECT_EQ(monitored(day_zero + 24h), "b.example");
    EXPECT_EQ(monitored(day_zero + 48h), "a.example");
}

/// What a server called itself goes into commands: nothing but a host name may.
TEST(RelayPlan, AHostileGreetingNeverReachesACommand) {
    for (const std::string& greeting :
         {std::string("evil>\r\nRCPT TO:<x@y>"), std::string("a b"), std::string("[192.0.2.1]"), std::string("\0x", 2),
          std::string("m\xC3\xBCnchen"), std::string(254, 'a'), std::string()}) {
        EXPECT_EQ(make_relay_plan(terms(), probed, {"a.example"}, greeting, {}, day_zero).names.greeting_host,
                  probed.mx)
            << testing::PrintToString(greeting);
    }
}

}  // namespace
}  // namespace mxfleet
