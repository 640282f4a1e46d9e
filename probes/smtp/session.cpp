#include "probes/smtp/session.hpp"

#include <algorithm>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// RFC 3207 and common sense give a farewell no minutes: what matters is known by then.
constexpr Duration farewell_limit = std::chrono::seconds{5};

Duration limit_of(Phase phase, const SmtpSettings& settings) {
    switch (phase) {
        case Phase::connect: return settings.connect_timeout;
        case Phase::banner: return settings.banner_timeout;
        case Phase::tls_handshake: return settings.tls_timeout;
        case Phase::quit: return std::min(farewell_limit, settings.command_timeout);
        default: return settings.command_timeout;
    }
}

/// An exchange named by an address has no name to ask for.
std::string tls_name(const std::string& mx) {
    return IpAddress::parse(mx) ? std::string{} : mx;
}

}  // namespace

Session::Session(std::shared_ptr<const SessionContext> context, SessionPlan plan)
    : context_(std::move(context)), plan_(std::move(plan)), connection_(context_->reactor) {}

asio::awaitable<SessionFacts> Session::run() {
    started_ = now();
    budget_ends_ = started_ + context_->settings.session_timeout;
    const bool connected = co_await connect();
    if (connected) {
        DialoguePlan plan{std::move(plan_.hello), plan_.verb, true, std::move(plan_.relay), std::move(plan_.policy)};
        if (plan.relay && plan.relay->names.sender_domain.empty()) plan.relay->names.sender_domain = plan.hello;
        if (plan.policy && plan.policy->sender_domain.empty()) plan.policy->sender_domain = plan.hello;
        Dialogue dialogue = session_dialogue(plan, *context_->offers, facts_);
        for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
            Answer answer = co_await perform(*ask);
            ask = dialogue.answer(std::move(answer));
        }
        facts_.times.set(Phase::total, now() - started_);
    }
    connection_.close();
    handshake_slot_.release();
    facts_.transcript.shrink_to_fit();
    co_return std::move(facts_);
}

void Session::abandon() {
    connection_.abandon(facts_.greeting ? "QUIT\r\n" : "");
}

asio::awaitable<bool> Session::connect() {
    const EndpointKey& endpoint = plan_.endpoint;
    const auto& source = endpoint.ip.is_v6 ? context_->settings.source_ipv6 : context_->settings.source_ipv4;
    const SocketAddress remote{endpoint.ip, endpoint.port};
    expect_by(Phase::connect);
    const IoResult<Established> connected = co_await connection_.connect(remote, source);
    if (!connected) {
        facts_.failure = failure(Phase::connect, connected.error());
        facts_.no_local_route = connected.error().no_local_route;
        co_return false;
    }
    established_ = connected->done;
    facts_.times.set(Phase::connect, established_.at - connected->dialled, established_.clock);
    if (plan_.hello.empty()) plan_.hello = connection_.local_address().value_or(IpAddress{}).literal();
    co_return true;
}

asio::awaitable<Answer> Session::perform(const Ask& ask) {
    if (ask.kind == Ask::Kind::start_tls) {
        co_return co_await handshake();
    }
    if (ask.kind == Ask::Kind::command) {
        co_return co_await speak(ask);
    }
    expect_by(ask.phase);
    const Moment asked = ask.kind == Ask::Kind::greeting ? established_ : asked_;
    co_return co_await read_reply(ask, asked);
}

asio::awaitable<Answer> Session::speak(const Ask& ask) {
    if (ask.phase == Phase::starttls) {
        co_await take_handshake_slot();
    }
    if (auto failure = unsolicited(ask)) co_return std::unexpected(std::move(*failure));
    expect_by(ask.phase);
    note(true, ask.line);
    std::string lines = ask.line + "\r\n";
    for (const std::string& line : ask.ahead) {
        note(true, line);
        lines.append(line).append("\r\n");
    }
    const IoResult<SteadyTime> sent = co_await connection_.send(lines);
    if (!sent) co_return std::unexpected(failure(ask.phase, sent.error()));
    asked_ = {*sent, Clock::kernel};  // our own deed: read at the call itself, it is no later than the kernel's
    co_return co_await read_reply(ask, asked_);
}

/// A server speaks when spoken to. What it sends besides would be taken for the answer to the next command.
std::optional<Failure> Session::unsolicited(const Ask& ask) {
    if (connection_.received().empty() || ask.phase == Phase::quit) return std::nullopt;
    const std::string sample = printable(connection_.received(), 80);
    return Failure{ask.phase, Reason::protocol_error, "data that nobody asked for: " + sample};
}

asio::awaitable<Answer> Session::read_reply(const Ask& ask, Moment asked) {
    ReplyReader reader;
    std::optional<Duration> first_byte;
    Clock clock = asked.clock;
    for (;;) {
        // Of several replies one may have come with the one before it.
        if (connection_.received().empty()) {
            const IoResult<Moment> received = co_await connection_.receive(asked.at);
            if (!received) {
                if (!reader.current_line().empty()) note(false, reader.current_line());
                co_return std::unexpected(failure(ask.phase, received.error()));
            }
            received_ = *received;
        }
        const Duration elapsed = received_.at - asked.at;
        if (!first_byte) first_byte = elapsed;
        if (received_.clock == Clock::user) clock = Clock::user;

        std::size_t used = 0;
        const ReplyReader::Status status = reader.feed(connection_.received(), used);
        connection_.take(used);
        if (status == ReplyReader::Status::malformed) {
            note(false, reader.current_line());
            const std::string detail =
                std::string(describe(reader.fault())) + ": " + printable(reader.current_line(), 80);
            co_return failed(ask.phase, Reason::protocol_error, detail);
        }
        if (status == ReplyReader::Status::done) {
            SmtpReply reply = reader.take();
            reply.elapsed = elapsed;
            reply.first_byte = *first_byte;
            reply.clock = clock;
            facts_.transcript.add(now() - started_, reply);
            co_return reply;
        }
    }
}

/// Handshakes in flight are bounded by us, so waiting for one costs the peer nothing of its budget.
asio::awaitable<void> Session::take_handshake_slot() {
    const SteadyTime asked = now();
    handshake_slot_ = co_await context_->handshakes.enter();
    budget_ends_ += now() - asked;
}

asio::awaitable<Answer> Session::handshake() {
    // RFC 3207 §4.2 and CVE-2011-0411: what stands behind the 220 was not protected and must not be used.
    facts_.injection = connection_.drop_unread();
    TlsClient& client = context_->tls->of(plan_.offer);
    expect_by(Phase::tls_handshake);
    const SteadyTime asked = now();
    const bool uses_dane = plan_.tlsa && plan_.tlsa->state == TlsaState::usable;
    std::string host = tls_name(plan_.endpoint.mx);
    std::string asked_for = uses_dane ? std::string(plan_.tlsa->base) : host;  // RFC 7672 §8.1
    if (plan_.nameless) asked_for.clear();
    IoResult<TlsFacts> shaken = co_await connection_.start_tls(client, std::move(asked_for), std::move(host));
    handshake_slot_.release();
    if (!shaken) {
        facts_.tls_version_refused = shaken.error().tls_version_refused;
        co_return std::unexpected(failure(Phase::tls_handshake, shaken.error()));
    }
    facts_.tls = std::move(*shaken);
    if (uses_dane) facts_.dane = connection_.dane(plan_.tlsa);
    SmtpReply done;
    done.elapsed = now() - asked;
    co_return done;
}

void Session::expect_by(Phase phase) {
    const SteadyTime limit = now() + limit_of(phase, context_->settings);
    const bool budget_first = budget_ends_ < limit;
    connection_.expires_at(std::min(limit, budget_ends_), budget_first ? Reason::budget : Reason::timeout);
}

Failure Session::failure(Phase phase, const IoError& error) {
    return {phase, error.reason, error.detail};
}

void Session::note(bool from_client, std::string_view line) {
    facts_.transcript.add(now() - started_, from_client, line);
}

}  // namespace mxfleet
