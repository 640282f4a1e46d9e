#include "agent/fleet/endpoints_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using testing::UnorderedElementsAre;

IpAddress ip(const char* text) {
    return *IpAddress::parse(text);
}

MxFacts facts() {
    MxExchange first;
    first.name = "mx1.example.com";
    first.preference = 10;
    first.addresses = {ip("192.0.2.1"), ip("2001:db8::1")};
    MxExchange second;
    second.name = "mx2.example.org";
    second.preference = 20;
    second.refused = {{ip("198.51.100.7"), {AddressVerdict::Kind::denied, "", ""}},
                      {ip("10.0.0.1"), {AddressVerdict::Kind::reserved, "private", ""}}};
    MxFacts all;
    all.state = MxState::explicit_;
    all.exchanges = {first, second};
    return all;
}

std::vector<std::string> in_words(const std::vector<FoundEndpoint>& found) {
    std::vector<std::string> words;
    for (const FoundEndpoint& each : found) {
        words.push_back(std::to_string(each.preference) + " " + each.key.text() +
                        (each.skip ? " skip: " + each.skip->detail : ""));
    }
    return words;
}

TEST(EndpointsIn, EveryAddressOfEveryExchangeButTheReserved) {
    EXPECT_THAT(in_words(endpoints_in(facts(), {}, {})),
                testing::ElementsAre("10 mx1.example.com [192.0.2.1]:25", "10 mx1.example.com [2001:db8::1]:25",
                                     "20 mx2.example.org [198.51.100.7]:25 skip: targets.deny_networks holds it"));
}

TEST(EndpointsIn, ThePortIsTheDomainsOrTheConfigurations) {
    SmtpSettings smtp;
    smtp.port = 2525;
    EXPECT_EQ(endpoints_in(facts(), {}, smtp)[0].key.port, 2525);
    EXPECT_EQ(endpoints_in(facts(), {.port = 26}, smtp)[0].key.port, 26);
}

TEST(EndpointsIn, AFamilyThatIsOffIsSkippedWithTheReason) {
    SmtpSettings no_v6;
    no_v6.ipv6 = UseIpv6::no;
    EXPECT_FALSE(endpoints_in(facts(), {}, no_v6)[0].skip);
    EXPECT_EQ(endpoints_in(facts(), {}, no_v6)[1].skip->detail, "smtp.ipv6 is off");
    SmtpSettings no_v4;
    no_v4.ipv4 = false;
    EXPECT_EQ(endpoints_in(facts(), {}, no_v4)[0].skip->detail, "smtp.ipv4 is off");
    EXPECT_EQ(endpoints_in(facts(), {}, no_v4)[0].skip->reason, Reason::policy);
    EXPECT_FALSE(endpoints_in(facts(), {}, no_v4)[1].skip);
}

TEST(EndpointsIn, ARouteIsKnownWhereDnsAnswered) {
    using enum MxState;
    const std::vector<std::pair<MxState, bool>> rows = {{explicit_, true}, {implicit, true},  {none_usable, true},
                                                        {null, false},     {nxdomain, false}, {unknown, false}};
    for (const auto& [state, tells] : rows) {
        MxFacts mx;
        mx.state = state;
        EXPECT_EQ(tells_route(mx), tells) << name(state);
    }
}

TEST(EndpointsIn, TheRecipientsRouteHoldsWhatWeRefuseToDialAsWell) {
    const RecipientRoute route = route_of(facts());
    EXPECT_THAT(route.exchanges, UnorderedElementsAre("mx1.example.com", "mx2.example.org"));
    EXPECT_THAT(route.registrable_domains, UnorderedElementsAre("example.com", "example.org"));
    EXPECT_THAT(route.addresses,
                UnorderedElementsAre(ip("192.0.2.1"), ip("2001:db8::1"), ip("198.51.100.7"), ip("10.0.0.1")));
}

}  // namespace
}  // namespace mxfleet
