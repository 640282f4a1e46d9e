// Several resolvers, several tries: which of them is asked when, and which error is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/unit/io/dns_client_bench.hpp"

namespace mxfleet::testing_dns {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct BadServer {
    std::string_view name;
    void (*on_query)(DnsServer&, const Asked&);
    DnsError error;
    DnsOutcome outcome;
};

std::ostream& operator<<(std::ostream& out, const BadServer& row) {
    return out << row.name;
}

class BadServers : public DnsClientTest, public ::testing::WithParamInterface<BadServer> {};

TEST_P(BadServers, LeadToTheNextResolver) {
    settings_.timeout = 50ms;
    const DnsServer& bad = serve(GetParam().on_query);
    settings_.resolvers.clear();
    serve(answers);
    settings_.resolvers.insert(settings_.resolvers.begin(), bad.address());
    const DnsResult result = ask();
    EXPECT_TRUE(result.has_records());
    EXPECT_EQ(result.resolver, servers_[1]->address().text());
    EXPECT_THAT(observer_.outcomes(), ElementsAre(GetParam().outcome, DnsOutcome::ok));
}

TEST_P(BadServers, AreAskedAsOftenAsToldAndTheirErrorIsKept) {
    settings_.timeout = 50ms;
    settings_.tries = 2;
    const DnsServer& bad = serve(GetParam().on_query);
    const DnsResult result = ask();
    ASSERT_FALSE(result.answer);
    EXPECT_EQ(result.answer.error(), GetParam().error) << name(result.answer.error());
    EXPECT_EQ(result.resolver, bad.address().text());
    EXPECT_EQ(result.dnssec, Dnssec::unknown);
    EXPECT_THAT(observer_.outcomes(), ElementsAre(GetParam().outcome, GetParam().outcome));
}

INSTANTIATE_TEST_SUITE_P(
    DnsClient, BadServers,
    ::testing::Values(BadServer{"SERVFAIL", says<2>, DnsError::servfail, DnsOutcome::servfail},
                      BadServer{"NOTIMP", says<4>, DnsError::servfail, DnsOutcome::other},
                      BadServer{"code 15, which is no NODATA", says<15>, DnsError::servfail, DnsOutcome::other},
                      BadServer{"REFUSED", says<5>, DnsError::refused, DnsOutcome::refused},
                      BadServer{"silent", is_silent, DnsError::timeout, DnsOutcome::timeout},
                      BadServer{"silent over TCP", is_silent_over_tcp, DnsError::timeout, DnsOutcome::timeout},
                      BadServer{"drops TCP", drops_tcp, DnsError::no_resolver, DnsOutcome::other},
                      BadServer{"malformed", is_malformed, DnsError::malformed, DnsOutcome::other},
                      BadServer{"truncates even TCP", truncates_always, DnsError::malformed, DnsOutcome::other},
                      BadServer{"refers elsewhere", refers, DnsError::malformed, DnsOutcome::other}));

TEST_F(DnsClientTest, TakesNoForAnAnswer) {
    for (const auto no : {says<0>, says<3>}) {
        settings_.resolvers.clear();
        client_.reset();
        serve(no);
        const DnsServer& second = serve(answers);
        const DnsResult result = ask();
        EXPECT_TRUE(result.answer);
        EXPECT_FALSE(result.has_records());
        EXPECT_TRUE(second.asked().empty());
    }
}

TEST_F(DnsClientTest, KeepsTheErrorThatTellsMost) {
    settings_.timeout = 50ms;
    serve(is_silent);
    serve(says<5>);
    const DnsServer& telling = serve(says<2>);
    serve(is_malformed);
    const DnsResult result = ask();
    EXPECT_EQ(result.answer.error(), DnsError::servfail);
    EXPECT_EQ(result.resolver, telling.address().text());
    EXPECT_GE(result.elapsed, 50ms) << "over all resolvers";
}

TEST_F(DnsClientTest, KnowsWhenNobodyListens) {
    const SocketAddress nobody = serve(answers).address();
    servers_.clear();
    settings_.resolvers = {nobody};
    EXPECT_EQ(ask().answer.error(), DnsError::no_resolver);
}

TEST_F(DnsClientTest, KnowsWhenThereIsNobodyToAsk) {
    EXPECT_EQ(ask().answer.error(), DnsError::no_resolver);
    EXPECT_EQ(ask().resolver, "");
}

TEST_F(DnsClientTest, DoesNotAskForWhatIsNoName) {
    const DnsServer& server = serve(answers);
    EXPECT_EQ(ask("a..b").answer.error(), DnsError::malformed);
    EXPECT_EQ(ask(std::string(64, 'x') + ".test").answer.error(), DnsError::malformed);
    EXPECT_TRUE(server.asked().empty());
}

TEST_F(DnsClientTest, AsksASilentResolverLast) {
    settings_.timeout = 50ms;
    const DnsServer& silent = serve(is_silent);
    serve(answers);
    for (int count = 0; count < 20; ++count)
        EXPECT_TRUE(ask().has_records());
    EXPECT_EQ(silent.asked().size(), 3u);
}

TEST_F(DnsClientTest, LeavesTheQueueOfAResolverThatFellSilent) {
    settings_.timeout = 300ms;
    const DnsServer& silent = serve(is_silent);
    serve(answers);
    std::vector<Pending> pending;
    for (int count = 0; count < 300; ++count)
        pending.push_back(start("mx.test"));
    for (const Pending& each : pending)
        EXPECT_TRUE(finish(each).has_records());
    // The first to come back go on to the next resolver, and let a few follow before it is clear why.
    EXPECT_LT(silent.asked().size(), DnsClient::queries_in_flight + 5);
}

}  // namespace
}  // namespace mxfleet::testing_dns
