// Readings over real sockets: what the driver adds to the dialogue.
#include "probes/mailbox/mailbox.hpp"

#include <asio/post.hpp>

#include "tests/unit/smtp/session_fixture.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;

class MailboxSessionTest : public SessionTest {
protected:
    MailboxVisit visit(const ScriptedServer& server, ServiceKind kind = ServiceKind::imaps) const {
        return {{"mx.example.com", server.ip(), server.port()}, kind, {"probe", "s3cret-word"}, {}, 5s};
    }

    MailboxSight read(MailboxSession& session) {
        std::optional<MailboxSight> sight;
        asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, MailboxSight seen) {
            if (error) std::rethrow_exception(error);
            sight = std::move(seen);
            reactor.stop();
        });
        io.run();
        return std::move(*sight);
    }

    MailboxSight read(MailboxVisit visit) {
        MailboxSession session(context, std::move(visit), std::make_shared<MailboxMemory>());
        return read(session);
    }

    static std::string transcript(const MailboxSight& sight) {
        std::string text;
        for (const TranscriptLine line : sight.transcript)
            text.append(line.from_client ? "-> " : "<- ").append(line.line).append("\n");
        return text;
    }

    /// IMAP up to the folder that is looked through; it holds letter 3 alone.
    void open_inbox(Peer& peer) const {
        peer.start_tls(tls.get());
        peer.send("* OK ready\r\n");
        peer.answer("m1 CAPABILITY", "* CAPABILITY IMAP4rev1\r\nm1 OK\r\n");
        peer.answer("m2 LOGIN", "m2 OK\r\n");
        peer.answer("m3 CAPABILITY", "* CAPABILITY IMAP4rev1\r\nm3 OK\r\n");
        peer.answer("m4 LIST", "* LIST () NIL INBOX\r\nm4 OK\r\n");
        peer.answer("m5 EXAMINE", "* OK [UIDVALIDITY 7]\r\nm5 OK\r\n");
        peer.answer("m6 UID SEARCH", "* SEARCH 3\r\nm6 OK\r\n");
    }

    const SslContextPointer tls = server_context(leaf);
};

TEST_F(MailboxSessionTest, ReadsALetterAndShowsNothingOfIt) {
    const std::string letter = "X-Mxfleet-Token: t\r\n\r\n" + std::string(65'000, 'x');
    const ScriptedServer server([&](Peer& peer) {
        open_inbox(peer);
        peer.answer("m7 UID FETCH 3", "* 1 FETCH (UID 3 BODY[]<0> {" + std::to_string(letter.size()) + "}\r\n" +
                                          letter + ")\r\nm7 OK\r\n");
        peer.answer("m8 LOGOUT", "* BYE\r\nm8 OK\r\n");
        peer.wait_for_the_end();
    });
    const MailboxSight sight = read(visit(server));
    ASSERT_EQ(sight.letters.size(), 1u);
    EXPECT_EQ(sight.letters.front().text, letter);
    EXPECT_EQ(sight.letters.front().id, "7/3");
    EXPECT_TRUE(sight.is_complete);
    EXPECT_EQ(transcript(sight).find("xxx"), std::string::npos);
    EXPECT_EQ(transcript(sight).find("s3cret"), std::string::npos);
    EXPECT_NE(transcript(sight).find("-> m5 EXAMINE \"INBOX\"\n"), std::string::npos) << transcript(sight);
}

TEST_F(MailboxSessionTest, HidesAPasswordThatTheServerSaysBack) {
    const ScriptedServer server([&](Peer& peer) {
        open_inbox(peer);
        peer.answer("m7", "m7 NO s3cret-word\r\n");
        peer.answer("m8 LOGOUT", "m8 OK\r\n");
        peer.wait_for_the_end();
    });
    const MailboxSight sight = read(visit(server));
    ASSERT_TRUE(sight.failure);
    EXPECT_EQ(sight.failure->detail, "********");
    EXPECT_FALSE(sight.is_complete);
}

TEST_F(MailboxSessionTest, LeavesAMuteServerInTime) {
    context->settings.command_timeout = 60s;
    const ScriptedServer server([&](Peer& peer) {
        open_inbox(peer);
        peer.wait_for_the_end();
    });
    MailboxVisit hasty = visit(server);
    hasty.deadline = 400ms;
    const auto begun = std::chrono::steady_clock::now();
    const MailboxSight sight = read(std::move(hasty));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    ASSERT_TRUE(sight.failure);
    EXPECT_EQ(sight.failure->reason, Reason::budget);
    EXPECT_FALSE(sight.is_complete);
}

TEST_F(MailboxSessionTest, CanBeAbandoned) {
    MailboxSession* running = nullptr;
    const ScriptedServer server([&](Peer& peer) {
        open_inbox(peer);
        asio::post(io, [&] { running->abandon(); });
        peer.wait_for_the_end();
    });
    MailboxSession session(context, visit(server), std::make_shared<MailboxMemory>());
    running = &session;
    const MailboxSight sight = read(session);
    EXPECT_EQ(sight.failure->reason, Reason::local_fault);
    EXPECT_FALSE(sight.is_complete);
}

TEST_F(MailboxSessionTest, LooksAtNoMoreLettersThanTheLimit) {
    constexpr std::size_t there = letters_limit + 5;
    std::size_t asked = 0;
    const ScriptedServer server([&](Peer& peer) {
        peer.start_tls(tls.get());
        peer.send("+OK ready\r\n");
        peer.answer("CAPA", "+OK\r\nUSER\r\n.\r\n");
        peer.answer("USER", "+OK\r\n");
        peer.answer("PASS", "+OK\r\n");
        peer.answer("STAT", "+OK\r\n");
        std::string list = "+OK\r\n";
        for (std::size_t number = 1; number <= there; ++number)
            list += std::to_string(number) + " uid-" + std::to_string(number) + "\r\n";
        peer.answer("UIDL", list + ".\r\n");
        for (std::string line = peer.line(); line.starts_with("TOP "); line = peer.line()) {
            ++asked;
            peer.send("+OK\r\nSubject: lunch?\r\n\r\n.\r\n");
        }
        peer.send("+OK\r\n");
        peer.wait_for_the_end();
    });
    const auto memory = std::make_shared<MailboxMemory>();
    MailboxSession session(context, visit(server, ServiceKind::pop3s), memory);
    const MailboxSight sight = read(session);
    EXPECT_EQ(asked, letters_limit);
    EXPECT_EQ(memory->foreign.size(), letters_limit) << "the next reading looks at the rest";
    EXPECT_FALSE(sight.is_complete);
    EXPECT_EQ(sight.failure->reason, Reason::budget);
}

}  // namespace
}  // namespace mxfleet::testing
