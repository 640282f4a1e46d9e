#include "probes/io/dns_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <thread>

#include "tests/unit/io/dns_server.hpp"
#include "tests/unit/wire/dns_message_builder.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Message answer_to(const Asked& asked, std::vector<Record> answers = {}) {
    Message message;
    message.question = asked.question;
    message.answers = std::move(answers);
    return message;
}

Message good_answer(const Asked& asked) {
    return answer_to(asked, {a_record(asked.question.name, 1)});
}

Message with_rcode(const Asked& asked, std::uint16_t rcode) {
    Message message = answer_to(asked);
    message.bits = static_cast<std::uint16_t>(message.bits | rcode);
    return message;
}

Message truncated(const Asked& asked) {
    Message message = answer_to(asked);
    message.bits |= 0x0200;
    return message;
}

// ---- What a server can be like --------------------------------------------------------------------------------------

void answers(DnsServer& server, const Asked& asked) {
    server.reply(asked, good_answer(asked).bytes());
}

void is_silent(DnsServer&, const Asked&) {}

template <std::uint16_t rcode>
void says(DnsServer& server, const Asked& asked) {
    server.reply(asked, with_rcode(asked, rcode).bytes());
}

void refers(DnsServer& server, const Asked& asked) {
    Message message = answer_to(asked);
    message.authorities = {ns("test", "ns.test")};
    server.reply(asked, message.bytes());
}

void is_malformed(DnsServer& server, const Asked& asked) {
    Message message = good_answer(asked);
    message.answers[0].data.pop_back();
    server.reply(asked, message.bytes());
}

void truncates_always(DnsServer& server, const Asked& asked) {
    server.reply(asked, truncated(asked).bytes());
}

void answers_over_tcp(DnsServer& server, const Asked& asked) {
    server.reply(asked, (asked.is_tcp() ? good_answer(asked) : truncated(asked)).bytes());
}

void is_silent_over_tcp(DnsServer& server, const Asked& asked) {
    if (!asked.is_tcp()) server.reply(asked, truncated(asked).bytes());
}

void drops_tcp(DnsServer& server, const Asked& asked) {
    if (asked.is_tcp()) return asked.connection->close();
    server.reply(asked, truncated(asked).bytes());
}

void knows_no_edns(DnsServer& server, const Asked& asked) {
    server.reply(asked, (asked.has_edns() ? with_rcode(asked, 1) : good_answer(asked)).bytes());
}

// ---- The test bench -------------------------------------------------------------------------------------------------

struct Observed {
    std::string resolver;
    RecordType type;
    DnsOutcome outcome;

    bool operator==(const Observed&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Observed& row) {
    return out << row.resolver << " " << name(row.type) << " " << name(row.outcome);
}

struct Recorder : DnsObserver {
    void on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) override {
        EXPECT_GT(taken, Duration::zero());
        seen.push_back({resolver, type, outcome});
    }

    std::vector<DnsOutcome> outcomes() const {
        std::vector<DnsOutcome> list;
        for (const Observed& each : seen)
            list.push_back(each.outcome);
        return list;
    }

    std::vector<Observed> seen;
};

class DnsClientTest : public testing::Test {
protected:
    /// A server that is the next resolver.
    DnsServer& serve(DnsServer::OnQuery on_query, const std::string& ip = "127.0.0.1") {
        servers_.push_back(std::make_unique<DnsServer>(context_, ip, std::move(on_query)));
        settings_.resolvers.push_back(servers_.back()->address());
        return *servers_.back();
    }

    DnsClient& client() {
        if (!client_) client_.emplace(context_, settings_, &observer_);
        return *client_;
    }

    /// A query that has been started, and its result once that is there.
    struct Started {
        asio::cancellation_signal cancel;
        std::optional<DnsResult> result;
    };
    using Pending = std::shared_ptr<Started>;

    Pending start(std::string name, RecordType type = RecordType::a, DnsFlags flags = {}) {
        const auto pending = std::make_shared<Started>();
        const auto keep = [pending](const std::exception_ptr& error, DnsResult result) {
            if (error) std::rethrow_exception(error);
            pending->result = std::move(result);
        };
        asio::co_spawn(context_, client().query(std::move(name), type, flags),
                       asio::bind_cancellation_slot(pending->cancel.slot(), keep));
        return pending;
    }

    DnsResult finish(const Pending& pending) {
        while (!pending->result)
            context_.run_one();
        return *pending->result;
    }

    DnsResult ask(std::string name = "mx.test", RecordType type = RecordType::a, DnsFlags flags = {}) {
        return finish(start(std::move(name), type, flags));
    }

    /// Runs what can run without anything new from outside.
    void settle() {
        while (context_.poll() > 0) {
        }
    }

    Recorder observer_;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    DnsSettings settings_{.resolvers = {}, .compare = {}, .timeout = 5s, .tries = 1};
    std::vector<std::unique_ptr<DnsServer>> servers_;
    std::optional<DnsClient> client_;
};

// ---- One resolver ---------------------------------------------------------------------------------------------------

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

// ---- Several resolvers, several tries -------------------------------------------------------------------------------

struct BadServer {
    std::string_view name;
    void (*on_query)(DnsServer&, const Asked&);
    DnsError error;
    DnsOutcome outcome;
};

std::ostream& operator<<(std::ostream& out, const BadServer& row) {
    return out << row.name;
}

class BadServers : public DnsClientTest, public testing::WithParamInterface<BadServer> {};

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
    testing::Values(BadServer{"SERVFAIL", says<2>, DnsError::servfail, DnsOutcome::servfail},
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
}  // namespace mxfleet
