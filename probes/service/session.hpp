// One live session with a service: its dialogue with a socket under it. Every wait has a deadline, and the whole has a
// budget; it can be abandoned at any await. What is secret is in nothing that leaves here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probes/io/connection.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/smtp/session.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {

struct ServiceVisit {
    EndpointKey endpoint;                                 ///< `mx` is the service's host
    ServicePlan plan;                                     ///< an empty `hello` becomes the address literal of our end
    SharedText no_password = {};                          ///< why there is none although there should be
    std::optional<Duration> budget = std::nullopt;        ///< of the whole; empty: that of the settings
    Duration after_final_dot = std::chrono::minutes{10};  ///< of who hands a message over: RFC 5321 §4.5.3.2.6
};

class ServiceSession {
public:
    ServiceSession(std::shared_ptr<const SessionContext> context, ServiceVisit visit);
    ~ServiceSession();

    using Speaking = std::move_only_function<Dialogue(const ServicePlan&, ServiceFacts&)>;

    /// Connects, speaks, and says what it learnt. Once. The session outlives the run.
    asio::awaitable<ServiceFacts> run() { return run(&service_dialogue); }

    /// The same with another dialogue, which has the plan and the facts of this session.
    asio::awaitable<ServiceFacts> run(Speaking speaking);

    /// Ends the run soon, as a local fault.
    void abandon() { connection_.abandon({}); }

private:
    asio::awaitable<bool> connect();
    asio::awaitable<Answer> perform(const Ask& ask);
    asio::awaitable<Answer> speak(const Ask& ask);
    asio::awaitable<Answer> read_reply(const Ask& ask, Moment asked);
    template <class Reader>
    asio::awaitable<Answer> read_with(Reader& reader, const Ask& ask, Moment asked);
    asio::awaitable<Answer> handshake();

    std::optional<Failure> unsolicited(const Ask& ask, Phase sending) const;
    void expect_by(Phase phase);
    Failure failure(Phase phase, const IoError& error) const;
    std::string shown(std::string_view bytes, std::size_t limit) const;
    void note(bool from_client, std::string_view line);
    void note_reply(const SmtpReply& reply);

    std::shared_ptr<const SessionContext> context_;
    ServiceVisit visit_;
    const ServiceKindRow& kind_;
    Secrets secrets_;
    MailboxReplyFormat format_;
    Connection connection_;
    Gate::Slot handshake_slot_;
    SteadyTime started_;
    SteadyTime budget_ends_;
    Moment established_;  ///< by TCP, or by TLS where nothing is said before
    Moment asked_;
    Moment received_;
    ServiceFacts facts_;
};

}  // namespace mxfleet
