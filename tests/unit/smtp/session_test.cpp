// Sessions without TLS: time, limits, and the ways a connection can end.
#include <gmock/gmock.h>

#include <asio/post.hpp>
#include <latch>

#include "tests/unit/io/kernel_stamps.hpp"
#include "tests/unit/smtp/session_fixture.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string text_of(const SessionFacts& facts) {
    std::string text;
    for (const TranscriptLine line : facts.transcript)
        text += (line.from_client ? "-> " : "<- ") + std::string(line.line) + "\n";
    return text;
}

TEST_F(SessionTest, SpeaksPlainSmtp) {
    const ScriptedServer server([](Peer& peer) {
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO probe.example.net", "250-mx.example.com\r\n250 SIZE 1000\r\n");
        peer.answer("QUIT", "221 Bye\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_TRUE(facts.is_up());
    EXPECT_FALSE(facts.failure);
    EXPECT_EQ(facts.capabilities->size_limit, 1000u);
    for (const Phase phase :
         {Phase::connect, Phase::banner_first_byte, Phase::banner, Phase::ehlo, Phase::quit, Phase::total}) {
        ASSERT_TRUE(facts.times[phase]) << name(phase);
        EXPECT_GE(*facts.times[phase], 0s) << name(phase);
        EXPECT_LT(*facts.times[phase], 1s) << name(phase);
    }
    EXPECT_FALSE(facts.times[Phase::starttls]);
    EXPECT_EQ(text_of(facts),
              "<- 220 mx.example.com ESMTP\n-> EHLO probe.example.net\n<- 250-mx.example.com\n<- 250 SIZE 1000\n"
              "-> QUIT\n<- 221 Bye\n");
}

TEST_F(SessionTest, SpeaksOverIpv6AndNamesItselfByLiteral) {
    const ScriptedServer server(
        [](Peer& peer) {
            peer.send("220 x\r\n");
            peer.answer("EHLO [IPv6:::1]", "250 x\r\n");
            peer.answer("QUIT", "221 x\r\n");
        },
        "::1");
    hello.clear();
    EXPECT_TRUE(run(server).is_up());
}

TEST_F(SessionTest, FirstByteAndLastLineOfASplitGreetingAreTwoTimes) {
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220-mx.example.com\r\n");
        std::this_thread::sleep_for(100ms);  // what is measured, not a wait for something
        peer.send("220 mx.example.com\r\n");
        peer.answer("EHLO", "250 x\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    const SessionFacts facts = run(server);
    ASSERT_TRUE(facts.is_up());
    EXPECT_LT(*facts.times[Phase::banner_first_byte], 90ms);
    EXPECT_GE(*facts.times[Phase::banner], 100ms);
}

TEST_F(SessionTest, ABusyThreadIsNoPartOfTheTimes) {
    ASSERT_TRUE(kernel_stamps());
    std::latch busy(1);
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220 x\r\n");
        peer.line();
        asio::post(io, [&] {
            busy.count_down();
            std::this_thread::sleep_for(200ms);  // what is not to be measured
        });
        busy.wait();
        peer.send("250 x\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    Session session(context, {.endpoint = {"mx.example.com", server.ip(), server.port()}, .hello = hello});
    asio::post(io, [&] {
        // Behind the session's first steps: connection and greeting come while the thread is busy.
        asio::post(io, [] { std::this_thread::sleep_for(200ms); });
    });
    const SessionFacts facts = run(session);
    for (const Phase phase : {Phase::connect, Phase::banner_first_byte, Phase::banner, Phase::ehlo}) {
        ASSERT_TRUE(facts.times[phase]) << name(phase);
        EXPECT_LT(*facts.times[phase], 100ms) << name(phase);
        EXPECT_EQ(facts.times.clock(phase), Clock::kernel) << name(phase);
    }
    EXPECT_GE(*facts.times[Phase::total], 400ms);
    EXPECT_EQ(facts.times.clock(Phase::total), Clock::user);
}

TEST_F(SessionTest, SilenceEndsAtTheBannerTimeout) {
    const ScriptedServer server([](Peer& peer) { peer.wait_for_the_end(); });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.failure, (Failure{Phase::banner, Reason::timeout, ""}));
    EXPECT_GE(*facts.times[Phase::total], 300ms);
    EXPECT_LT(*facts.times[Phase::total], 2s);
}

TEST_F(SessionTest, DrippingDoesNotExtendATimeout) {
    std::atomic<bool> over = false;
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220 ");
        while (!over) {
            peer.send("x");
            std::this_thread::sleep_for(20ms);
        }
    });
    const SessionFacts facts = run(server);
    over = true;
    EXPECT_EQ(facts.failure->reason, Reason::timeout);
    EXPECT_LT(*facts.times[Phase::total], 2s);
}

TEST_F(SessionTest, TheBudgetEndsWhatTimeoutsWouldAllow) {
    context->settings.session_timeout = 200ms;
    const ScriptedServer server([](Peer& peer) { peer.wait_for_the_end(); });
    EXPECT_EQ(run(server).failure, (Failure{Phase::banner, Reason::budget, ""}));
}

TEST_F(SessionTest, AFloodCostsOneReply) {
    const ScriptedServer server([](Peer& peer) {
        const std::string line = "220-" + std::string(1000, 'x') + "\r\n";
        for (int at = 0; at < 10'000; ++at)
            peer.send(line);
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.failure->reason, Reason::protocol_error);
    EXPECT_LT(*facts.times[Phase::total], 2s);
}

TEST_F(SessionTest, GarbageWithoutLineEndIsJudgedAtOnce) {
    context->settings.banner_timeout = 5s;
    const ScriptedServer server([](Peer& peer) {
        peer.send(
            std::string_view("\x4a\0\0\0\x0a"
                             "5.5.5",
                             10));
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.failure->reason, Reason::protocol_error);
    EXPECT_LT(*facts.times[Phase::total], 1s);
}

TEST_F(SessionTest, ARepliesThatNobodyAskedForIsNotTakenForTheNextAnswer) {
    const ScriptedServer server([](Peer& peer) {
        peer.send("220 mx.example.com\r\n250 mx.example.com\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_FALSE(facts.is_up());
    EXPECT_EQ(facts.failure->phase, Phase::ehlo);
    EXPECT_EQ(facts.failure->reason, Reason::protocol_error);
    EXPECT_THAT(facts.failure->detail, HasSubstr("250 mx.example.com"));
}

TEST_F(SessionTest, TheEndOfTheConnectionIsNoReset) {
    const ScriptedServer closing([](Peer&) {});
    EXPECT_EQ(run(closing).failure->reason, Reason::closed);
}

TEST_F(SessionTest, AResetIsToldFromTheEndOfTheConnection) {
    const ScriptedServer resetting([](Peer& peer) {
        peer.send("220 x\r\n");
        peer.line();
        peer.reset();
    });
    EXPECT_EQ(run(resetting).failure->reason, Reason::reset);
}

TEST_F(SessionTest, NobodyListening) {
    std::uint16_t port = 0;
    {
        const ScriptedServer gone([](Peer&) {});
        port = gone.port();
    }
    const SessionFacts facts = run({"mx.example.com", *IpAddress::parse("127.0.0.1"), port});
    EXPECT_EQ(facts.failure->phase, Phase::connect);
    EXPECT_EQ(facts.failure->reason, Reason::refused);
    EXPECT_FALSE(facts.times[Phase::connect]);
    EXPECT_FALSE(facts.times[Phase::total]);
}

TEST_F(SessionTest, ASourceAddressThatIsNotOursIsOurFault) {
    const ScriptedServer server([](Peer&) {});
    context->settings.source_ipv4 = IpAddress::parse("192.0.2.77");
    EXPECT_EQ(run(server).failure->reason, Reason::local_fault);
}

TEST_F(SessionTest, ConnectsFromTheConfiguredSource) {
    context->settings.source_ipv4 = IpAddress::parse("127.9.9.9");
    const ScriptedServer server([](Peer& peer) {
        peer.send("220 x\r\n");
        peer.answer("EHLO [127.9.9.9]", "250 x\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    hello.clear();
    EXPECT_TRUE(run(server).is_up());
}

TEST_F(SessionTest, AnUnansweredQuitCostsLittleAndIsNoFailure) {
    const ScriptedServer server([](Peer& peer) {
        peer.send("220 x\r\n");
        peer.answer("EHLO", "250 x\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_TRUE(facts.is_up());
    EXPECT_FALSE(facts.failure);
    EXPECT_FALSE(facts.times[Phase::quit]);
    EXPECT_LT(*facts.times[Phase::total], 2s);
}

TEST_F(SessionTest, CanBeAbandonedAtAnyWait) {
    std::latch listening(1);
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220 x\r\n");
        peer.line();
        listening.count_down();
        peer.wait_for_the_end();
    });
    context->settings.command_timeout = 60s;
    Session session(context, {.endpoint = {"mx.example.com", server.ip(), server.port()}, .hello = hello});
    std::thread stopper([&] {
        listening.wait();
        asio::post(io, [&] { session.abandon(); });
    });
    const SessionFacts facts = run(session);
    stopper.join();
    EXPECT_EQ(facts.failure, (Failure{Phase::ehlo, Reason::local_fault, "cancelled"}));
}

TEST_F(SessionTest, HostileBytesComeOutPrintableEverywhere) {
    const ScriptedServer server([](Peer& peer) {
        peer.send(std::string_view("220 a\0\x1b[31m\xff\"\n", 14));
        peer.answer("EHLO", "250-x\r\n250 \x1b]0;title\x07\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    const SessionFacts facts = run(server);
    ASSERT_TRUE(facts.is_up());
    std::string all = text_of(facts) + facts.greeting->text + std::string(facts.greeting->host());
    for (const std::string& keyword : facts.capabilities->keywords)
        all += keyword;
    for (const char c : all)
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    EXPECT_EQ(facts.greeting->text, "a\\x00\\x1b[31m\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace mxfleet::testing
