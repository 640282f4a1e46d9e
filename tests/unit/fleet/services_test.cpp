// Services watched on loopback: which addresses are visited when, and what is kept of it.
#include "agent/fleet/services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>

#include "probes/io/clocks.hpp"
#include "tests/unit/config/folder.hpp"
#include "tests/unit/dns/fake_lookup.hpp"
#include "tests/unit/io/test_pki.hpp"
#include "tests/unit/smtp/scripted_server.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VisitWatcher : public ServiceObserver {
public:
    void service_visited(const SharedText& name, const ServiceAddressStatus&,
                         const ServiceAddressStatus& now) override {
        visits.push_back(std::string(name.text()) + " " + now.key.ip.text());
    }

    std::vector<std::string> visits;
};

class ServicesTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

    ServicesTest() {
        settings.agent.ehlo = "probe.example.net";
        settings.schedule.failures_to_confirm = 1;
        settings.targets.allow_networks = {*IpNetwork::parse("127.0.0.0/8")};
        settings.smtp.connect_timeout = settings.smtp.command_timeout = settings.smtp.banner_timeout = 300ms;
        resolve({"127.0.0.1"});
    }

    ~ServicesTest() override {
        services.stop();
        context.run();
    }

    void resolve(const std::vector<std::string_view>& addresses) {
        lookup.say("mail.example.com", RecordType::a, testing_dns::addresses(addresses));
        lookup.say("mail.example.com", RecordType::aaaa, testing_dns::nodata());
    }

    void watch(std::vector<ServiceSettings> wanted) {
        settings.services = std::move(wanted);
        services.configure(settings, trusting({root}));
    }

    static ServiceSettings pop3(const char* name, std::uint16_t port, const char* credentials = "") {
        return {name, ServiceKind::pop3, "mail.example.com", port, credentials};
    }

    /// Turns until that is the case, or for five seconds.
    template <class Condition>
    bool comes(Condition condition, BlockedFamilies blocked = {}) {
        const SteadyTime end = steady_now() + 5s;
        while (steady_now() < end) {
            services.begin(lookup, blocked);
            context.run_one_for(10ms);
            if (condition()) return true;
        }
        return false;
    }

    bool is_visited(std::size_t times) {
        return comes([&] { return observer.visits.size() == times; });
    }

    std::shared_ptr<const ServiceStatus> status(std::size_t at = 0) const {
        return services.cells()[at]->status.read();
    }

    static std::vector<std::string> codes(const ServiceStatus& status) {
        std::vector<std::string> all;
        for (const Finding& finding : status.all_findings())
            all.push_back((finding.ip ? finding.ip->text() + " " : "") + std::string(finding.statement.code.text()));
        return all;
    }

    static void speak_pop3(Peer& peer) {
        peer.send("+OK\r\n");
        peer.answer("CAPA", "+OK\r\nUIDL\r\n.\r\n");
        peer.answer("QUIT", "+OK\r\n");
        peer.wait_for_the_end();
    }

    Identity root = make_certificate({.common_name = "Test Root", .is_ca = true});
    Identity leaf = make_certificate({.common_name = "m", .names = {"mail.example.com"}, .issuer = &root});
    asio::io_context context{1};
    testing_dns::FakeLookup lookup{context};
    VisitWatcher observer;
    Settings settings;
    std::vector<std::pair<std::string, std::function<void()>>> claims;  ///< of starts, where they are kept back
    bool keeps_back = false;
    Services services{context, observer, [this](const IpAddress& ip, std::function<void()> told) {
                          if (!keeps_back) return told();
                          claims.emplace_back(ip.text(), std::move(told));
                      }};
};

TEST_F(ServicesTest, KnowADeadAddressBesideALiveOne) {
    const ScriptedServer server(speak_pop3);
    resolve({"127.0.0.1", "127.0.0.2"});
    watch({pop3("box", server.port())});
    ASSERT_TRUE(is_visited(2));
    ASSERT_EQ(status()->addresses.size(), 2u);
    EXPECT_EQ(status()->addresses[0].is_up(), true);
    EXPECT_EQ(status()->addresses[1].is_up(), false);
    EXPECT_EQ(status()->addresses[1].is_confirmed_up(), false);
    EXPECT_THAT(codes(*status()), ElementsAre("127.0.0.1 tls.not_offered", "127.0.0.2 service.down"));
    EXPECT_EQ(status()->verdict(), Verdict::critical);
}

TEST_F(ServicesTest, AreVisitedAgainSoonUntilAFailureIsConfirmed) {
    settings.schedule.failures_to_confirm = 2;
    settings.schedule.retry_interval = 50ms;
    resolve({"127.0.0.2"});
    watch({pop3("box", 9)});
    ASSERT_TRUE(is_visited(1));
    EXPECT_EQ(status()->addresses[0].is_up(), false);
    EXPECT_EQ(status()->addresses[0].is_confirmed_up(), std::nullopt);
    EXPECT_THAT(codes(*status()), IsEmpty());
    ASSERT_TRUE(is_visited(2));
    EXPECT_EQ(status()->addresses[0].is_confirmed_up(), false);
    EXPECT_THAT(codes(*status()), ElementsAre("127.0.0.2 service.down"));
}

TEST_F(ServicesTest, WaitForTheirTurnAtAnAddress) {
    keeps_back = true;
    watch({pop3("a", 9), pop3("b", 9)});
    ASSERT_TRUE(comes([&] { return claims.size() == 2; }));
    EXPECT_EQ(claims[1].first, "127.0.0.1");
    claims[1].second();
    ASSERT_TRUE(is_visited(1));
    EXPECT_EQ(observer.visits[0].substr(0, 2), "b ");
    claims[0].second();
    ASSERT_TRUE(is_visited(2));
    EXPECT_THAT(claims, ::testing::SizeIs(2)) << "for one visit one turn";
}

TEST_F(ServicesTest, AreNotVisitedAnyMoreOnceTheyAreStopped) {
    keeps_back = true;
    watch({pop3("a", 9)});
    ASSERT_TRUE(comes([&] { return !claims.empty(); }));
    services.stop();
    context.run_for(5s);
    EXPECT_TRUE(context.stopped()) << "nothing is under way any more";
    claims[0].second();
    context.restart();
    context.run_for(5s);
    EXPECT_THAT(observer.visits, IsEmpty());
}

TEST_F(ServicesTest, LogInWithThePasswordOfTheFile) {
    const Folder folder;
    const std::string password = folder.write("password", "s3cret-word\n");
    ::chmod(password.c_str(), 0600);
    settings.credentials["probe"] = {"user", password, ""};
    const SslContextPointer tls = server_context(leaf);
    std::string heard;
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("+OK\r\n");
        peer.answer("CAPA", "+OK\r\nUSER\r\n.\r\n");
        peer.answer("USER user", "+OK\r\n");
        heard = peer.line();
        peer.send("-ERR [AUTH] no\r\n");
        peer.answer("QUIT", "+OK\r\n");
        peer.wait_for_the_end();
    });
    ServiceSettings box = pop3("box", server.port(), "probe");
    box.kind = ServiceKind::pop3s;
    watch({box});
    ASSERT_TRUE(is_visited(1));
    EXPECT_EQ(heard, "PASS s3cret-word");
    EXPECT_EQ(status()->addresses[0].logs_in, false);
    EXPECT_THAT(codes(*status()), ElementsAre("127.0.0.1 service.login_failed"));
}

TEST_F(ServicesTest, HoldAPasswordThatIsNotThereAgainstNobody) {
    settings.credentials["probe"] = {"user", "/nowhere/password", ""};
    const ScriptedServer server(speak_pop3);
    watch({pop3("box", server.port(), "probe")});
    ASSERT_TRUE(is_visited(1));
    EXPECT_EQ(status()->addresses[0].is_up(), true);
    EXPECT_EQ(status()->addresses[0].logs_in, std::nullopt);
    EXPECT_THAT(codes(*status()), ElementsAre("127.0.0.1 vantage.local_fault", "127.0.0.1 tls.not_offered"));
}

TEST_F(ServicesTest, SayNothingOfWhatIsNotReachedWhileOurWayOutFails) {
    watch({pop3("box", 9)});
    const BlockedFamilies no_ipv4{.ipv4 = true};
    ASSERT_TRUE(comes([&] { return observer.visits.size() == 1; }, no_ipv4));
    EXPECT_EQ(status()->addresses[0].is_up(), std::nullopt);
    EXPECT_EQ(status()->addresses[0].is_confirmed_up(), std::nullopt);
    EXPECT_THAT(codes(*status()), IsEmpty());
    EXPECT_EQ(status()->verdict(), Verdict::unknown);
}

TEST_F(ServicesTest, DialNoPrivateAddressThatOnlyDnsNames) {
    settings.targets.allow_networks.clear();
    watch({pop3("box", 9)});
    ASSERT_TRUE(comes([&] { return status()->looked_up_at.has_value(); }));
    EXPECT_THAT(status()->addresses, IsEmpty());
    EXPECT_THAT(codes(*status()), ElementsAre("service.down"));
}

TEST_F(ServicesTest, KeepWhatIsKnownOverAReloadThatDoesNotConcernThem) {
    watch({pop3("a", 9), pop3("b", 9)});
    ASSERT_TRUE(is_visited(2));
    watch({pop3("b", 9), pop3("c", 9)});
    ASSERT_EQ(services.cells().size(), 2u);
    EXPECT_EQ(status(0)->name, "b");
    EXPECT_EQ(status(0)->addresses.size(), 1u);
    EXPECT_THAT(status(1)->addresses, IsEmpty());
    ASSERT_TRUE(is_visited(3));
    EXPECT_EQ(observer.visits.back(), "c 127.0.0.1");
}

TEST_F(ServicesTest, AreDividedOverAgentsByName) {
    std::size_t all = 0;
    for (const std::uint32_t index : {0u, 1u, 2u}) {
        settings.schedule.shard = {index, 3};
        watch({pop3("a", 9), pop3("b", 9), pop3("c", 9), pop3("d", 9), pop3("e", 9)});
        EXPECT_LT(services.cells().size(), 5u);
        all += services.cells().size();
    }
    EXPECT_EQ(all, 5u);
}

}  // namespace
}  // namespace mxfleet::testing
