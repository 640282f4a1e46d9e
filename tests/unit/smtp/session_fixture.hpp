// Sessions over real sockets, with scripted servers.
#pragma once

#include <gtest/gtest.h>

#include <asio/co_spawn.hpp>
#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "probes/smtp/session.hpp"
#include "tests/unit/io/test_pki.hpp"
#include "tests/unit/smtp/scripted_server.hpp"

namespace mxfleet::testing {

class SessionTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

    static constexpr Duration limit = std::chrono::milliseconds{300};

    SessionTest() {
        context->settings.banner_timeout = limit;
        context->settings.command_timeout = limit;
        context->settings.tls_timeout = limit;
        context->settings.connect_timeout = limit;
        context->settings.session_timeout = std::chrono::seconds{5};
    }

    SessionFacts run(const ScriptedServer& server) { return run({"mx.example.com", server.ip(), server.port()}); }

    SessionFacts run(EndpointKey endpoint) {
        Session session(context, {.endpoint = std::move(endpoint), .hello = hello});
        return run(session);
    }

    SessionFacts run(Session& session) {
        std::optional<SessionFacts> facts;
        asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, SessionFacts learnt) {
            if (error) std::rethrow_exception(error);
            facts = std::move(learnt);
            reactor.stop();
        });
        io.run();
        return std::move(*facts);
    }

    std::string hello = "probe.example.net";
    Identity root = make_certificate({.common_name = "Test Root", .is_ca = true});
    Identity leaf = make_certificate({.common_name = "mx", .names = {"mx.example.com"}, .issuer = &root});
    asio::io_context io{1};
    Reactor reactor{io};
    Gate gate{io, 10};
    std::shared_ptr<SessionContext> context = std::make_shared<SessionContext>(
        SessionContext{reactor, gate, std::make_shared<TlsClients>(trusting({root})), {}});
};

}  // namespace mxfleet::testing
