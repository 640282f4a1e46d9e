// What TLS adds to a session: the handshake, what surrounds it, and the ways it can fail.
#include <asio/post.hpp>
#include <atomic>
#include <functional>
#include <thread>

#include "tests/unit/smtp/session_fixture.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;

/// The server's part of a session up to the handshake.
void offer_tls(Peer& peer) {
    peer.send("220 x\r\n");
    peer.answer("EHLO", "250-x\r\n250 STARTTLS\r\n");
    peer.answer("STARTTLS", "220 go\r\n");
}

TEST_F(SessionTest, SpeaksTls) {
    const SslContextPointer tls = server_context(leaf);
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220 mx.example.com ESMTP\r\n");
        peer.answer("EHLO", "250-mx.example.com\r\n250 STARTTLS\r\n");
        peer.answer("STARTTLS", "220 go\r\n");
        peer.start_tls(tls.get());
        peer.answer("EHLO", "250-mx.example.com\r\n250 SIZE 2000\r\n");
        peer.answer("QUIT", "221 Bye\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.starttls, StartTls::ok);
    ASSERT_TRUE(facts.tls);
    EXPECT_TRUE(facts.tls->verified());
    EXPECT_EQ(facts.capabilities_tls->size_limit, 2000u);
    EXPECT_TRUE(facts.times[Phase::tls_handshake]);
    EXPECT_TRUE(facts.times[Phase::ehlo_tls]);
    EXPECT_EQ(facts.times.clock(Phase::tls_handshake), Clock::user);
    EXPECT_EQ(facts.times.clock(Phase::ehlo_tls), Clock::user) << "the kernel sees records, not replies";
    EXPECT_FALSE(facts.injection);
}

/// A record that anything might match.
SharedTlsa usable_tlsa(std::string_view base) {
    TlsaFacts facts{.state = TlsaState::usable, .base = base};
    facts.records = {{3, 1, 1, std::vector<std::uint8_t>(32, 1)}};
    facts.usable = 1;
    return std::make_shared<const TlsaFacts>(std::move(facts));
}

/// Sessions with a server that notes by which name it was asked for.
class DaneSession : public SessionTest {
protected:
    SessionFacts shake_with(const SharedTlsa& tlsa) {
        const SslContextPointer tls = server_context(leaf);
        const auto note_sni = [](SSL* ssl, int*, void* into) {
            const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
            *static_cast<std::string*>(into) = name != nullptr ? name : "";
            return SSL_TLSEXT_ERR_OK;
        };
        SSL_CTX_set_tlsext_servername_callback(tls.get(), +note_sni);
        SSL_CTX_set_tlsext_servername_arg(tls.get(), &asked_for);
        const ScriptedServer server([&](Peer& peer) {
            offer_tls(peer);
            peer.start_tls(tls.get());
            peer.answer("EHLO", "250 x\r\n");
            peer.answer("QUIT", "221 Bye\r\n");
        });
        Session session(context,
                        {.endpoint = {"mx.example.com", server.ip(), server.port()}, .hello = hello, .tlsa = tlsa});
        return run(session);
    }

    std::string asked_for;
};

TEST_F(DaneSession, HoldsTheCertificateAgainstTlsaRecordsAndAsksForTheirBase) {
    const SharedTlsa tlsa = usable_tlsa("real.example.com");
    const SessionFacts facts = shake_with(tlsa);
    EXPECT_EQ(facts.starttls, StartTls::ok);
    EXPECT_TRUE(facts.tls->name_match) << "the exchange's own name";
    EXPECT_EQ(asked_for, "real.example.com");
    ASSERT_NE(facts.dane, nullptr);
    EXPECT_EQ(facts.dane->tlsa, tlsa);
    EXPECT_EQ(facts.dane->match, DaneMatch::none);
}

TEST_F(DaneSession, WithoutRecordsAsksForTheExchange) {
    const SessionFacts facts = shake_with(nullptr);
    EXPECT_EQ(facts.starttls, StartTls::ok);
    EXPECT_EQ(asked_for, "mx.example.com");
    EXPECT_EQ(facts.dane, nullptr);
}

TEST_F(SessionTest, DropsAndReportsWhatStandsBehindThe220) {
    const SslContextPointer tls = server_context(leaf);
    const ScriptedServer server([&](Peer& peer) {
        peer.send("220 x\r\n");
        peer.answer("EHLO", "250-x\r\n250 STARTTLS\r\n");
        peer.answer("STARTTLS", "220 go\r\n250-injected\r\n250 SIZE 666\r\n");
        peer.start_tls(tls.get());
        peer.answer("EHLO", "250-x\r\n250 SIZE 1000\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    const SessionFacts facts = run(server);
    EXPECT_TRUE(facts.injection);
    EXPECT_EQ(facts.starttls, StartTls::ok);
    EXPECT_EQ(facts.capabilities_tls->size_limit, 1000u) << "the injected reply was used";
}

TEST_F(SessionTest, GarbageInsteadOfServerHello) {
    const ScriptedServer server([](Peer& peer) {
        offer_tls(peer);
        std::this_thread::sleep_for(50ms);  // long enough for the handshake to have begun
        peer.send("550 no TLS today, sorry about that\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_TRUE(facts.is_up());
    EXPECT_EQ(facts.starttls, StartTls::failed);
    EXPECT_EQ(facts.failure->phase, Phase::tls_handshake);
    EXPECT_EQ(facts.failure->reason, Reason::tls_error);
    EXPECT_FALSE(facts.tls_version_refused);
}

TEST_F(SessionTest, AHandshakeThatHangsEndsAtItsTimeout) {
    const ScriptedServer server([](Peer& peer) {
        offer_tls(peer);
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.starttls, StartTls::failed);
    EXPECT_EQ(facts.failure, (Failure{Phase::tls_handshake, Reason::timeout, ""}));
}

TEST_F(SessionTest, HalfATlsRecordIsSilence) {
    const SslContextPointer tls = server_context(leaf);
    const ScriptedServer server([&](Peer& peer) {
        offer_tls(peer);
        peer.start_tls(tls.get());
        peer.line();
        peer.send_half_a_record("250-x\r\n250 SIZE 1000\r\n");
        peer.wait_for_the_end();
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.failure, (Failure{Phase::ehlo_tls, Reason::timeout, ""}));
    EXPECT_LT(*facts.times[Phase::total], 2s) << "and the thread was busy with it all the time";
}

TEST_F(SessionTest, AFloodOfTicketsLeavesTheThreadToOthers) {
    std::atomic<long> turns = 0;
    std::atomic<bool> over = false;
    std::function<void()> take_a_turn = [&] {
        ++turns;
        if (!over) asio::post(io, take_a_turn);
    };
    long turns_meanwhile = 0;
    const SslContextPointer tls = server_context(leaf);
    const ScriptedServer server([&](Peer& peer) {
        offer_tls(peer);
        peer.start_tls(tls.get());
        peer.line();
        const std::string flood = peer.session_tickets(60'000);
        const std::string_view all = flood;
        asio::post(io, take_a_turn);
        peer.send_raw(all.substr(0, all.size() / 4));  // by its end the client is reading
        const long before = turns;
        peer.send_raw(all.substr(all.size() / 4));  // more than the kernel takes for it
        turns_meanwhile = turns - before;
        over = true;
        peer.send("250 SIZE 1000\r\n");
        peer.answer("QUIT", "221 x\r\n");
    });
    context->settings.command_timeout = 40s;  // sealing them all takes a slow build its time
    context->settings.session_timeout = 50s;
    const SessionFacts facts = run(server);
    over = true;
    EXPECT_FALSE(facts.failure);
    ASSERT_TRUE(facts.capabilities_tls);
    EXPECT_GT(turns_meanwhile, 3);
}

TEST_F(SessionTest, ACloseDuringTheHandshake) {
    const ScriptedServer server([](Peer& peer) { offer_tls(peer); });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.starttls, StartTls::failed);
    EXPECT_TRUE(facts.failure->reason == Reason::closed || facts.failure->reason == Reason::reset);
}

TEST_F(SessionTest, AServerOfOldTlsOnlySaysSo) {
    const SslContextPointer tls =
        server_context(make_certificate({.common_name = "mx", .issuer = &root, .key = "RSA 2048"}));
    SSL_CTX_set_min_proto_version(tls.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls.get(), TLS1_1_VERSION);
    const ScriptedServer server([&](Peer& peer) {
        offer_tls(peer);
        peer.start_tls(tls.get());
    });
    const SessionFacts facts = run(server);
    EXPECT_EQ(facts.starttls, StartTls::failed);
    EXPECT_TRUE(facts.tls_version_refused);
}

}  // namespace
}  // namespace mxfleet::testing
