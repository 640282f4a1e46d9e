#include "probes/io/dns_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "tests/unit/io/dns_client_bench.hpp"

namespace mxfleet::testing_dns {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(DnsClientTest, AsksAndIsAnswered) {
    DnsServer& server = serve(answers);
    const DnsResult result = ask("MX.test.");
    ASSERT_TRUE(result.answer);
    EXPECT_THAT(records_of<IpAddress>(*result.answer), ElementsAre(IpAddress::v4({198, 51, 100, 1})));
    EXPECT_EQ(result.resolver, server.address().text());
    EXPECT_GT(result.elapsed, Duration::zero());
    EXPECT_EQ(server.asked()[0].question.name, "mx.test");
    EXPECT_EQ(server.asked()[0].bytes[2], 0x01) << "recursion desired";
    EXPECT_EQ(server.asked()[0].bytes[3], 0x20) << "AD";
    EXPECT_TRUE(server.asked()[0].has_edns());
    EXPECT_THAT(observer_.seen, ElementsAre(Observed{server.address().text(), RecordType::a, DnsOutcome::ok}));
}

TEST_F(DnsClientTest, AsksWithAnotherIdEachTime) {
    DnsServer& server = serve(answers);
    std::set<std::uint16_t> ids;
    for (int count = 0; count < 20; ++count)
        ask();
    for (const Asked& asked : server.asked())
        ids.insert(asked.question.id);
    EXPECT_GT(ids.size(), 15u);
}

TEST_F(DnsClientTest, AsksAnIpv6Resolver) {
    serve(answers, "::1");
    EXPECT_TRUE(ask().answer);
}

TEST_F(DnsClientTest, AsksAnIpv4ResolverWrittenAsIpv6) {
    const DnsServer& server = serve(answers);
    settings_.resolvers = {{*IpAddress::parse("::ffff:127.0.0.1"), server.address().port}};
    settings_.trust_ad = TrustAd::loopback;
    const DnsResult result = ask();
    EXPECT_TRUE(result.answer);
    EXPECT_EQ(result.dnssec, Dnssec::insecure) << "it is the loopback";
}

TEST_F(DnsClientTest, GoesOverToTcpWhenTruncated) {
    const DnsServer& server = serve(answers_over_tcp);
    EXPECT_TRUE(ask().has_records());
    ASSERT_EQ(server.asked().size(), 2u);
    EXPECT_EQ(server.asked()[0].bytes, server.asked()[1].bytes);
    EXPECT_THAT(observer_.outcomes(), ElementsAre(DnsOutcome::ok)) << "one query";
}

TEST_F(DnsClientTest, TakesLargeAnswersOverUdp) {
    const DnsServer& server = serve([](DnsServer& self, const Asked& asked) {
        self.reply(asked, answer_to(asked, std::vector<Record>(50, a_record(asked.question.name, 1))).bytes());
    });
    const DnsResult result = ask();
    ASSERT_TRUE(result.answer);
    EXPECT_THAT(result.answer->records, SizeIs(50)) << "about 1150 bytes";
    EXPECT_EQ(server.asked().size(), 1u);
}

TEST_F(DnsClientTest, TakesAnswersOfSixtyKilobytesOverTcp) {
    serve([](DnsServer& self, const Asked& asked) {
        Message whole = answer_to(asked, std::vector<Record>(2600, a_record(asked.question.name, 1)));
        self.reply(asked, (asked.is_tcp() ? whole : truncated(asked)).bytes());
    });
    EXPECT_THAT(ask().answer->records, SizeIs(2600));
}

TEST_F(DnsClientTest, AsksAgainWithoutEdnsWhereThatIsUnknown) {
    serve(knows_no_edns);
    EXPECT_TRUE(ask("one.test").has_records());
    EXPECT_TRUE(ask("two.test").has_records()) << "c-ares helps the first time only";
}

TEST_F(DnsClientTest, WaitsOnWhenTheIdIsWrong) {
    serve([](DnsServer& server, const Asked& asked) {
        Message wrong = answer_to(asked, {a_record(asked.question.name, 66)});
        wrong.question.id = static_cast<std::uint16_t>(wrong.question.id + 1);
        server.reply(asked, wrong.bytes());
        answers(server, asked);
    });
    EXPECT_THAT(records_of<IpAddress>(*ask().answer), ElementsAre(IpAddress::v4({198, 51, 100, 1})));
}

TEST_F(DnsClientTest, WaitsOnWhenTheQuestionIsAnother) {
    serve([](DnsServer& server, const Asked& asked) {
        Message wrong = answer_to(asked, {a_record("evil.test", 66)});
        wrong.question.name = "evil.test";
        server.reply(asked, wrong.bytes());
        answers(server, asked);
    });
    EXPECT_THAT(records_of<IpAddress>(*ask().answer), ElementsAre(IpAddress::v4({198, 51, 100, 1})));
}

TEST_F(DnsClientTest, DoesNotTakeItsOwnSlownessForSilence) {
    settings_.timeout = 20ms;
    serve([](DnsServer& server, const Asked& asked) {
        answers(server, asked);
        std::this_thread::sleep_for(60ms);  // the thread is busy with something else
    });
    for (int count = 0; count < 5; ++count)
        EXPECT_TRUE(ask().has_records());
}

// ---- AD and CD ------------------------------------------------------------------------------------------------------

struct TrustRow {
    TrustAd trust;
    std::uint16_t ad;
    Dnssec expected;
};

TEST_F(DnsClientTest, TrustsAdAsTold) {
    std::uint16_t ad = 0;
    serve([&](DnsServer& server, const Asked& asked) {
        Message message = good_answer(asked);
        message.bits = static_cast<std::uint16_t>(message.bits | ad);
        server.reply(asked, message.bytes());
    });
    for (const TrustRow& row :
         {TrustRow{TrustAd::loopback, 0x20, Dnssec::secure}, TrustRow{TrustAd::loopback, 0, Dnssec::insecure},
          TrustRow{TrustAd::always, 0x20, Dnssec::secure}, TrustRow{TrustAd::never, 0x20, Dnssec::unknown},
          TrustRow{TrustAd::never, 0, Dnssec::unknown}}) {
        settings_.trust_ad = row.trust;
        client_.reset();
        ad = row.ad;
        EXPECT_EQ(ask().dnssec, row.expected);
    }
}

TEST_F(DnsClientTest, CanDisableChecking) {
    const DnsServer& server = serve([](DnsServer& self, const Asked& asked) {
        const bool checking_disabled = (asked.bytes[3] & 0x10) != 0;
        self.reply(asked, (checking_disabled ? good_answer(asked) : with_rcode(asked, 2)).bytes());
    });
    EXPECT_EQ(ask().answer.error(), DnsError::servfail);
    const DnsResult unchecked = ask("mx.test", RecordType::a, {.checking_disabled = true});
    EXPECT_TRUE(unchecked.has_records());
    EXPECT_EQ(unchecked.dnssec, Dnssec::unknown);
    EXPECT_EQ(server.asked()[1].bytes[3], 0x30);
    EXPECT_THAT(observer_.outcomes(), ElementsAre(DnsOutcome::servfail, DnsOutcome::bogus));
}

// ---- Many at once, and the end --------------------------------------------------------------------------------------

TEST_F(DnsClientTest, NeverHasMoreThanItsShareInFlight) {
    std::vector<Asked> held;
    std::size_t most = 0;
    DnsServer& server = serve([&](DnsServer&, const Asked& asked) {
        held.push_back(asked);
        most = std::max(most, held.size());
    });
    std::vector<Pending> pending;
    for (int count = 0; count < 1000; ++count)
        pending.push_back(start("mx" + std::to_string(count) + ".test"));
    for (settle(); !held.empty(); settle()) {
        const std::vector<Asked> batch = std::exchange(held, {});
        for (const Asked& asked : batch)
            answers(server, asked);
    }
    for (const Pending& each : pending)
        EXPECT_TRUE(each->result);
    EXPECT_EQ(server.asked()[999].question.name, "mx999.test") << "first come, first served";
    EXPECT_EQ(most, DnsClient::queries_in_flight);
}

TEST_F(DnsClientTest, EndsAllQueriesWhenShutDown) {
    serve(is_silent);
    std::vector<Pending> pending;
    for (int count = 0; count < 150; ++count)
        pending.push_back(start("mx.test"));
    settle();
    client().shutdown();
    settle();
    for (const Pending& each : pending) {
        ASSERT_TRUE(each->result);
        EXPECT_EQ(each->result->answer.error(), DnsError::local_fault);
    }
    EXPECT_EQ(ask().answer.error(), DnsError::local_fault) << "and later ones";
    EXPECT_THAT(observer_.seen, IsEmpty()) << "nobody failed to answer";
}

TEST_F(DnsClientTest, CanGoWhileOverTcp) {
    serve(is_silent_over_tcp);
    const Pending pending = start("mx.test");
    while (servers_[0]->asked().size() < 2)
        context_.run_one();
    client().shutdown();
    EXPECT_EQ(finish(pending).answer.error(), DnsError::local_fault);
}

TEST_F(DnsClientTest, EndsAQueryThatIsCancelled) {
    serve(is_silent);
    const Pending pending = start("mx.test");
    settle();
    pending->cancel.emit(asio::cancellation_type::terminal);
    EXPECT_EQ(finish(pending).answer.error(), DnsError::local_fault);
}

TEST_F(DnsClientTest, TakesTheLackOfDescriptorsForOurOwnFault) {
    serve(answers);
    client();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::dup(0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const DnsResult result = ask();
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(result.answer.error(), DnsError::local_fault);
    EXPECT_THAT(observer_.seen, IsEmpty());
    EXPECT_TRUE(ask().has_records()) << "and goes on when there are some";
}

TEST_F(DnsClientTest, IsFast) {
    serve(answers);
    constexpr int count = 20'000;
    const auto begun = std::chrono::steady_clock::now();
    std::vector<Pending> pending;
    for (int each = 0; each < count; ++each)
        pending.push_back(start("mx.test"));
    for (const Pending& each : pending)
        EXPECT_TRUE(finish(each).has_records());
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    RecordProperty("queries_per_second", static_cast<int>(count / taken.count()));
}

}  // namespace
}  // namespace mxfleet::testing_dns
