// Handing a message over to real sockets: what the driver adds to the dialogue.
#include "probes/delivery/delivery.hpp"

#include <asio/post.hpp>
#include <thread>

#include "tests/unit/smtp/session_fixture.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;

class DeliverySessionTest : public SessionTest {
protected:
    Consignment consignment(const ScriptedServer& server) const {
        return {.endpoint = {"mx.example.com", server.ip(), server.port()},
                .hello = hello,
                .sender = "probe@example.net",
                .recipient = "user@example.com",
                .message = "Subject: test\r\n\r\n.\r\nHello\r\n",
                .after_final_dot = 2s};
    }

    DeliveryFacts deliver(DeliverySession& session) {
        std::optional<DeliveryFacts> facts;
        asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, DeliveryFacts learnt) {
            if (error) std::rethrow_exception(error);
            facts = std::move(learnt);
            reactor.stop();
        });
        io.run();
        return std::move(*facts);
    }

    DeliveryFacts deliver(Consignment consignment) {
        DeliverySession session(context, std::move(consignment));
        return deliver(session);
    }

    static std::string transcript(const DeliveryFacts& facts) {
        std::string text;
        for (const TranscriptLine line : facts.transcript)
            text.append(line.from_client ? "-> " : "<- ").append(line.line).append("\n");
        return text;
    }

    /// The transaction up to the 354.
    static void take_envelope(Peer& peer) {
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO", "250 mx.example.com\r\n");
        peer.answer("MAIL", "250 Ok\r\n");
        peer.answer("RCPT", "250 Ok\r\n");
        peer.answer("DATA", "354 go on\r\n");
    }

    static std::string message(Peer& peer) {
        std::string text;
        for (std::string line = peer.line(); line != "."; line = peer.line())
            text += line + "\n";
        return text;
    }

    const SslContextPointer tls = server_context(leaf);
};

TEST_F(DeliverySessionTest, HandsAMessageOver) {
    std::string heard;
    ScriptedServer server([&](Peer& peer) {
        take_envelope(peer);
        heard = message(peer);
        peer.send("250 queued\r\n");
        peer.answer("QUIT", "221 Bye\r\n");
        peer.wait_for_the_end();
    });
    const DeliveryFacts facts = deliver(consignment(server));
    EXPECT_EQ(facts.outcome, Handed::accepted);
    server.join();
    EXPECT_EQ(heard, "Subject: test\n\n..\nHello\n");
    for (const Phase phase : {Phase::connect, Phase::banner, Phase::ehlo, Phase::mail, Phase::rcpt, Phase::data,
                              Phase::data_end, Phase::quit, Phase::total})
        EXPECT_TRUE(facts.times[phase]) << name(phase);
    EXPECT_EQ(transcript(facts),
              "<- 220 mx.example.com ESMTP\n-> EHLO probe.example.net\n<- 250 mx.example.com\n"
              "-> MAIL FROM:<probe@example.net>\n<- 250 Ok\n-> RCPT TO:<user@example.com>\n<- 250 Ok\n"
              "-> DATA\n<- 354 go on\n-> (the message, 27 bytes)\n<- 250 queued\n-> QUIT\n<- 221 Bye\n");
}

TEST_F(DeliverySessionTest, LogsInToASubmissionServiceAndShowsNoPassword) {
    std::string heard;
    ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO", "250-mx.example.com\r\n250 AUTH PLAIN\r\n");
        heard = peer.line();
        peer.send("535 5.7.8 not s3cret-word\r\n");
        peer.answer("QUIT", "221 Bye\r\n");
        peer.wait_for_the_end();
    });
    Consignment with_login = consignment(server);
    with_login.service = ServiceKind::submissions;
    with_login.login = LoginPlan{"probe", "s3cret-word"};
    const DeliveryFacts facts = deliver(std::move(with_login));
    server.join();
    EXPECT_EQ(heard, "AUTH PLAIN AHByb2JlAHMzY3JldC13b3Jk");
    EXPECT_EQ(facts.outcome, Handed::refused);
    EXPECT_EQ(facts.reply, "535 5.7.8 not ********");
    EXPECT_EQ(transcript(facts).find("s3cret"), std::string::npos) << transcript(facts);
    EXPECT_EQ(transcript(facts).find("AHByb2JlAHMz"), std::string::npos) << transcript(facts);
}

TEST_F(DeliverySessionTest, WaitsLongerForTheFinalDotThanForACommand) {
    context->settings.session_timeout = 900ms;
    const ScriptedServer server([&](Peer& peer) {
        take_envelope(peer);
        message(peer);
        std::this_thread::sleep_for(1s);  // what a session may take, and more than any command may
        peer.send("250 queued\r\n");
        peer.answer("QUIT", "221 Bye\r\n");
        peer.wait_for_the_end();
    });
    const DeliveryFacts facts = deliver(consignment(server));
    EXPECT_EQ(facts.outcome, Handed::accepted);
    EXPECT_TRUE(facts.times[Phase::quit]) << "and says goodbye";
}

TEST_F(DeliverySessionTest, IsUncertainOfAServerThatNeverAnswersTheFinalDot) {
    const ScriptedServer server([&](Peer& peer) {
        take_envelope(peer);
        message(peer);
        peer.wait_for_the_end();
    });
    Consignment impatient = consignment(server);
    impatient.after_final_dot = limit;
    const DeliveryFacts facts = deliver(std::move(impatient));
    EXPECT_EQ(facts.outcome, Handed::uncertain);
    EXPECT_EQ(facts.failure->reason, Reason::timeout);
}

TEST_F(DeliverySessionTest, AMessageThatCouldNotBeSentToItsEndMayBeSentAgain) {
    const ScriptedServer server([&](Peer& peer) { take_envelope(peer); });
    Consignment large = consignment(server);
    large.message.append(std::size_t{32} << 20, 'x');  // more than the kernel takes while nobody reads
    const DeliveryFacts facts = deliver(std::move(large));
    EXPECT_EQ(facts.outcome, Handed::failed);
    EXPECT_EQ(facts.failure->phase, Phase::data);
}

TEST_F(DeliverySessionTest, SendsNoMessageToWhomSpeaksOutOfTurn) {
    std::string heard;
    ScriptedServer server([&](Peer& peer) {
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO", "250 mx.example.com\r\n");
        peer.answer("MAIL", "250 Ok\r\n");
        peer.answer("RCPT", "250 Ok\r\n");
        peer.answer("DATA", "354 go on\r\n421 or not\r\n");
        heard = peer.line();
    });
    const DeliveryFacts facts = deliver(consignment(server));
    EXPECT_EQ(facts.outcome, Handed::failed);
    EXPECT_EQ(facts.failure->reason, Reason::protocol_error);
    server.join();
    EXPECT_EQ(heard, "");
}

TEST_F(DeliverySessionTest, AbandonedAfterTheFinalDotIsUncertain) {
    DeliverySession* running = nullptr;
    const ScriptedServer server([&](Peer& peer) {
        take_envelope(peer);
        message(peer);
        asio::post(io, [&] { running->abandon(); });
        peer.wait_for_the_end();
    });
    DeliverySession session(context, consignment(server));
    running = &session;
    const DeliveryFacts facts = deliver(session);
    EXPECT_EQ(facts.outcome, Handed::uncertain);
    EXPECT_EQ(facts.failure->reason, Reason::local_fault);
}

TEST_F(DeliverySessionTest, NobodyListens) {
    Consignment nowhere{.endpoint = {"mx.example.com", *IpAddress::parse("127.0.0.1"), 1}, .hello = hello};
    const DeliveryFacts facts = deliver(std::move(nowhere));
    EXPECT_EQ(facts.outcome, Handed::failed);
    EXPECT_EQ(facts.failure->phase, Phase::connect);
}

}  // namespace
}  // namespace mxfleet::testing
