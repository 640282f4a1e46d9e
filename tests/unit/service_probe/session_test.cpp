// Sessions with services over real sockets: what the driver adds to the dialogues.
#include "probes/service/session.hpp"

#include "tests/unit/smtp/session_fixture.hpp"

namespace mxfleet::testing {
namespace {

const LoginPlan probe{"probe", "s3cret-word"};

/// `r=other,s=c2FsdHNhbHQ=,i=4096`, to a nonce that is not ours.
constexpr const char* challenge = "cj1vdGhlcixzPWMyRnNkSE5oYkhRPSxpPTQwOTY=\r\n";

class ServiceSessionTest : public SessionTest {
protected:
    ServiceFacts visit(const ScriptedServer& server, ServiceKind kind, std::optional<LoginPlan> login = probe) {
        ServiceVisit visit{{"mx.example.com", server.ip(), server.port()}, {kind, hello, std::move(login)}};
        ServiceSession session(context, std::move(visit));
        std::optional<ServiceFacts> facts;
        asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, ServiceFacts learnt) {
            if (error) std::rethrow_exception(error);
            facts = std::move(learnt);
            reactor.stop();
        });
        io.run();
        return std::move(*facts);
    }

    static std::string transcript(const ServiceFacts& facts) {
        std::string text;
        for (const TranscriptLine line : facts.transcript)
            text.append(line.from_client ? "-> " : "<- ").append(line.line).append("\n");
        return text;
    }

    const SslContextPointer tls = server_context(leaf);
};

TEST_F(ServiceSessionTest, LogsInToImaps) {
    std::string heard;
    ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("* OK ready\r\n");
        peer.answer("m1 CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nm1 OK done\r\n");
        peer.answer("m2 AUTHENTICATE PLAIN", "+ \r\n");
        heard = peer.line();
        peer.send("m2 OK in\r\n* 1 EXISTS\r\n");
        peer.answer("m3 LOGOUT", "* BYE\r\nm3 OK\r\n");
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::imaps);
    server.join();
    EXPECT_EQ(heard, "AHByb2JlAHMzY3JldC13b3Jk");
    EXPECT_EQ(facts.login.outcome, Login::accepted);
    EXPECT_TRUE(facts.tls && facts.tls->verified());
    EXPECT_FALSE(facts.failure) << "IMAP's servers may speak unasked";
    for (const Phase phase : {Phase::connect, Phase::tls_handshake, Phase::banner, Phase::ehlo_tls, Phase::login,
                              Phase::quit, Phase::total})
        EXPECT_TRUE(facts.times[phase]) << name(phase);
    EXPECT_EQ(transcript(facts),
              "<- * OK ready\n-> m1 CAPABILITY\n<- * CAPABILITY IMAP4rev1 AUTH=PLAIN\n<- m1 OK done\n"
              "-> m2 AUTHENTICATE PLAIN\n<- + \n-> ********\n<- m2 OK in\n-> m3 LOGOUT\n<- * 1 EXISTS\n<- * BYE\n"
              "<- m3 OK\n");
}

/// With the challenges a reader could try passwords as fast as a machine hashes them.
TEST_F(ServiceSessionTest, ShowsNoChallengeOfScram) {
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("* OK ready\r\n");
        peer.answer("m1 CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256\r\nm1 OK\r\n");
        peer.answer("m2 AUTHENTICATE SCRAM-SHA-256", "+ \r\n");
        peer.answer("biws", std::string("+ ") + challenge);
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::imaps);
    EXPECT_EQ(facts.login.outcome, Login::failed);
    EXPECT_EQ(transcript(facts),
              "<- * OK ready\n-> m1 CAPABILITY\n<- * CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256\n<- m1 OK\n"
              "-> m2 AUTHENTICATE SCRAM-SHA-256\n<- + \n-> ********\n<- + ********\n");
}

TEST_F(ServiceSessionTest, ShowsNoChallengeOfScramInSmtp) {
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("220 ready\r\n");
        peer.answer("EHLO", "250-mx\r\n250 AUTH SCRAM-SHA-256\r\n");
        peer.answer("MAIL", "530 who are you?\r\n");
        peer.answer("AUTH SCRAM-SHA-256 biws", std::string("334 ") + challenge);
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::submissions);
    EXPECT_EQ(facts.login.outcome, Login::failed);
    EXPECT_NE(transcript(facts).find("-> AUTH SCRAM-SHA-256 ********\n<- 334 ********\n"), std::string::npos)
        << transcript(facts);
}

TEST_F(ServiceSessionTest, HidesAPasswordThatTheServerSaysBack) {
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("+OK ready\r\n");
        peer.answer("CAPA", "+OK\r\nUSER\r\n.\r\n");
        peer.answer("USER probe", "+OK\r\n");
        peer.answer("PASS s3cret-word", "-ERR what is PASS s3cret-word?\r\n");
        peer.answer("QUIT", "s3cret-word\r\n");
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::pop3s);
    EXPECT_EQ(facts.login.outcome, Login::refused);
    EXPECT_EQ(facts.login.detail, "what is PASS ********?");
    EXPECT_EQ(transcript(facts).find("s3cret"), std::string::npos) << transcript(facts);
}

TEST_F(ServiceSessionTest, SendsNoPasswordToAnUntrustedServer) {
    const Identity stranger = make_certificate({.common_name = "mx", .names = {"mx.example.com"}});
    const SslContextPointer other = server_context(stranger);
    std::string heard;
    ScriptedServer server([&](Peer& peer) {
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO", "250-mx.example.com\r\n250 STARTTLS\r\n");
        peer.answer("STARTTLS", "220 go\r\n");
        peer.start_tls(other.get());
        peer.answer("EHLO", "250-mx.example.com\r\n250 AUTH PLAIN\r\n");
        peer.answer("MAIL", "530 5.7.0 Authentication required\r\n");
        heard = peer.line();
        peer.send("221 Bye\r\n");
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::submission);
    server.join();
    EXPECT_EQ(heard, "QUIT");
    EXPECT_EQ(facts.login.outcome, Login::unverified);
    EXPECT_EQ(facts.mail_code, 530);
    EXPECT_TRUE(facts.is_up);
}

TEST_F(ServiceSessionTest, DropsWhatStandsBehindTheYesToStls) {
    const ScriptedServer server([&](Peer& peer) {
        peer.send("+OK ready\r\n");
        peer.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n");
        peer.answer("STLS", "+OK\r\n-ERR injected\r\n");
        peer.start_tls(tls.get());
        peer.answer("CAPA", "+OK\r\nUIDL\r\n.\r\n");
        peer.answer("QUIT", "+OK\r\n");
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::pop3, std::nullopt);
    EXPECT_TRUE(facts.injection);
    EXPECT_EQ(facts.capabilities_tls, std::vector<std::string>{"UIDL"});
}

TEST_F(ServiceSessionTest, GivesUpOnAServerThatSaysNothing) {
    const ScriptedServer server([](Peer& peer) { peer.wait_for_the_end(); });
    const ServiceFacts facts = visit(server, ServiceKind::imap);
    ASSERT_TRUE(facts.failure);
    EXPECT_EQ(facts.failure->phase, Phase::banner);
    EXPECT_EQ(facts.failure->reason, Reason::timeout);
}

TEST_F(ServiceSessionTest, GivesUpOnAServerThatSpeaksNoTls) {
    const ScriptedServer server([](Peer& peer) {
        peer.send("* OK this is not TLS\r\n");
        peer.wait_for_the_end();
    });
    const ServiceFacts facts = visit(server, ServiceKind::imaps);
    ASSERT_TRUE(facts.failure);
    EXPECT_EQ(facts.failure->phase, Phase::tls_handshake);
    EXPECT_EQ(facts.starttls, StartTls::failed);
    EXPECT_FALSE(facts.is_up);
}

TEST_F(ServiceSessionTest, KeepsWhyThereIsNoPassword) {
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("+OK ready\r\n");
        peer.answer("CAPA", "+OK\r\nUSER\r\n.\r\n");
        peer.answer("QUIT", "+OK\r\n");
        peer.wait_for_the_end();
    });
    ServiceVisit without{{"mx.example.com", server.ip(), server.port()}, {ServiceKind::pop3s, hello}, "no such file"};
    ServiceSession session(context, std::move(without));
    std::optional<ServiceFacts> facts;
    asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, ServiceFacts learnt) {
        if (error) std::rethrow_exception(error);
        facts = std::move(learnt);
        reactor.stop();
    });
    io.run();
    EXPECT_EQ(facts->login.outcome, Login::no_password);
    EXPECT_EQ(facts->login.detail, "no such file");
}

}  // namespace
}  // namespace mxfleet::testing
