// One live SMTP session with one endpoint: a dialogue with a socket under it. Every wait has a deadline, and the whole
// has a budget; it can be abandoned at any await.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "probes/dane/facts.hpp"
#include "probes/io/connection.hpp"
#include "probes/io/gate.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/smtp/dialogue.hpp"

namespace mxfleet {

/// What all sessions of a thread share. A reload makes a new one; sessions under way keep theirs.
struct SessionContext {
    Reactor& reactor;
    Gate& handshakes;
    std::shared_ptr<TlsClients> tls;
    SmtpSettings settings;
    std::unique_ptr<OfferReader> offers = std::make_unique<OfferReader>();
};

struct SessionPlan {
    EndpointKey endpoint;
    std::string hello;  ///< what we call ourselves; empty: the address literal of our end of the connection
    HelloVerb verb = HelloVerb::ehlo;
    TlsOffer offer = TlsOffer::modern;
    std::optional<RelayPlan> relay = std::nullopt;
    std::optional<PolicyPlan> policy = std::nullopt;
    SharedTlsa tlsa = nullptr;  ///< what the certificates are held against
    bool nameless = false;      ///< no host is named in the handshake
};

class Session {
public:
    Session(std::shared_ptr<const SessionContext> context, SessionPlan plan);

    /// Connects, speaks, and says what it learnt. Once. The session outlives the run.
    asio::awaitable<SessionFacts> run();

    /// Ends the run soon, as a local fault. A peer that was greeted gets a QUIT if the socket takes it.
    void abandon();

private:
    asio::awaitable<bool> connect();
    asio::awaitable<Answer> perform(const Ask& ask);
    asio::awaitable<Answer> speak(const Ask& ask);
    asio::awaitable<Answer> read_reply(const Ask& ask, Moment asked);
    asio::awaitable<Answer> handshake();
    asio::awaitable<void> take_handshake_slot();

    std::optional<Failure> unsolicited(const Ask& ask);
    void expect_by(Phase phase);
    Failure failure(Phase phase, const IoError& error);
    void note(bool from_client, std::string_view line);

    std::shared_ptr<const SessionContext> context_;
    SessionPlan plan_;
    Connection connection_;
    Gate::Slot handshake_slot_;
    SteadyTime started_;
    SteadyTime budget_ends_;
    Moment established_;
    Moment asked_;     ///< when the last command was sent
    Moment received_;  ///< when the last bytes came
    SessionFacts facts_;
};

}  // namespace mxfleet
