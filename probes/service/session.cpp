#include "probes/service/session.hpp"

#include <algorithm>
#include <cstring>

#include "probes/io/clocks.hpp"
#include "probes/io/scram.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

/// A farewell gets no minutes: what matters is known by then.
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

/// A host given as an address has no name to ask for.
std::string tls_name(const std::string& host) {
    return IpAddress::parse(host) ? std::string{} : host;
}

std::string words_of(const ReplyReader& reader) {
    return std::string(describe(reader.fault()));
}
std::string words_of(const MailboxReplyReader& reader) {
    return std::string(reader.fault());
}

}  // namespace

ServiceSession::ServiceSession(std::shared_ptr<const SessionContext> context, ServiceVisit visit)
    : context_(std::move(context)),
      visit_(std::move(visit)),
      kind_(row_of(visit_.plan.kind)),
      connection_(context_->reactor) {
    if (visit_.plan.login && visit_.plan.login->nonce.empty()) visit_.plan.login->nonce = scram_nonce();
    if (visit_.plan.login) secrets_ = Secrets(visit_.plan.login->username, visit_.plan.login->password);
    if (!visit_.no_password.empty()) facts_.login = {Login::no_password, {}, visit_.no_password};
}

ServiceSession::~ServiceSession() {
    if (!visit_.plan.login) return;
    std::string& password = visit_.plan.login->password;
    explicit_bzero(password.data(), password.size());
}

asio::awaitable<ServiceFacts> ServiceSession::run(Speaking speaking) {
    started_ = steady_now();
    budget_ends_ = started_ + visit_.budget.value_or(context_->settings.session_timeout);
    const bool connected = co_await connect();
    if (connected) {
        Dialogue dialogue = speaking(visit_.plan, facts_);
        for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
            Answer answer = co_await perform(*ask);
            ask = dialogue.answer(std::move(answer));
        }
        facts_.times.set(Phase::total, steady_now() - started_);
    }
    connection_.close();
    handshake_slot_.release();
    facts_.transcript.shrink_to_fit();
    co_return std::move(facts_);
}

asio::awaitable<bool> ServiceSession::connect() {
    const EndpointKey& endpoint = visit_.endpoint;
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
    std::string& hello = visit_.plan.hello;
    if (hello.empty()) hello = connection_.local_address().value_or(IpAddress{}).literal();
    co_return true;
}

asio::awaitable<Answer> ServiceSession::perform(const Ask& ask) {
    if (ask.kind == Ask::Kind::start_tls) {
        co_return co_await handshake();
    }
    if (ask.kind == Ask::Kind::command) {
        co_return co_await speak(ask);
    }
    format_ = format_of_greeting(kind_.protocol);
    expect_by(ask.phase);
    co_return co_await read_reply(ask, established_);
}

asio::awaitable<Answer> ServiceSession::speak(const Ask& ask) {
    // Until the final dot is sent no server has the message.
    const Phase sending = ask.phase == Phase::data_end ? Phase::data : ask.phase;
    if (auto failure = unsolicited(ask, sending)) co_return std::unexpected(std::move(*failure));
    expect_by(ask.phase);
    note(true, ask.shown.empty() ? ask.line : ask.shown);
    const std::string line = ask.line + "\r\n";
    format_ = format_of_reply(kind_.protocol, ask.line, format_);
    const IoResult<SteadyTime> sent = co_await connection_.send(line);
    if (!sent) co_return std::unexpected(failure(sending, sent.error()));
    asked_ = {*sent, Clock::kernel};
    co_return co_await read_reply(ask, asked_);
}

/// A server speaks when spoken to, but for IMAP's, which may say something at any time (RFC 9051 §5.2).
std::optional<Failure> ServiceSession::unsolicited(const Ask& ask, Phase sending) const {
    if (connection_.received().empty() || ask.phase == Phase::quit) return std::nullopt;
    if (kind_.protocol == ServiceProtocol::imap) return std::nullopt;
    return Failure{sending, Reason::protocol_error, "data that nobody asked for: " + shown(connection_.received(), 80)};
}

asio::awaitable<Answer> ServiceSession::read_reply(const Ask& ask, Moment asked) {
    if (kind_.protocol == ServiceProtocol::smtp) {
        ReplyReader reader;
        co_return co_await read_with(reader, ask, asked);
    }
    MailboxReplyReader reader(format_);
    Answer answer = co_await read_with(reader, ask, asked);
    const bool is_challenge = ask.hides_challenge && answer && answer->code == mailbox_code::go_on;
    // What is in a mailbox is other people's.
    if (ask.phase == Phase::mailbox) co_return answer;
    for (const std::string& line : reader.seen())
        note(false, is_challenge && line.starts_with('+') ? "+ ********" : line);
    co_return answer;
}

template <class Reader>
asio::awaitable<Answer> ServiceSession::read_with(Reader& reader, const Ask& ask, Moment asked) {
    std::optional<Duration> first_byte;
    Clock clock = asked.clock;
    for (;;) {
        if (connection_.received().empty()) {
            const IoResult<Moment> received = co_await connection_.receive(asked.at);
            if (!received) co_return std::unexpected(failure(ask.phase, received.error()));
            received_ = *received;
        }
        const Duration elapsed = received_.at - asked.at;
        if (!first_byte) first_byte = elapsed;
        if (received_.clock == Clock::user) clock = Clock::user;

        std::size_t used = 0;
        const auto status = reader.feed(connection_.received(), used);
        connection_.take(used);
        if (status == ReplyReader::Status::malformed) {
            if (ask.phase == Phase::mailbox) co_return failed(ask.phase, Reason::protocol_error, words_of(reader));
            note(false, reader.current_line());
            co_return failed(ask.phase, Reason::protocol_error,
                             words_of(reader) + ": " + shown(reader.current_line(), 80));
        }
        if (status != ReplyReader::Status::done) continue;
        SmtpReply reply = reader.take();
        reply.elapsed = elapsed;
        reply.first_byte = *first_byte;
        reply.clock = clock;
        if (ask.phase == Phase::login || ask.phase == Phase::mailbox) {
            for (std::string& line : reply.lines)
                line = secrets_.without(std::move(line));
        }
        const bool is_smtp = kind_.protocol == ServiceProtocol::smtp;
        const bool is_secret = ask.hides_challenge && reply.code == mailbox_code::go_on;
        if (is_smtp && is_secret) note(false, "334 ********");
        if (is_smtp && !is_secret) note_reply(reply);
        co_return reply;
    }
}

asio::awaitable<Answer> ServiceSession::handshake() {
    // What stands behind the yes to STARTTLS was not protected and must not be used (RFC 3207 §4.2, RFC 9051 §6.2.1).
    const bool is_upgrade = !kind_.implicit_tls;
    if (is_upgrade) facts_.injection = connection_.drop_unread();
    const SteadyTime waits = steady_now();
    handshake_slot_ = co_await context_->handshakes.enter();
    budget_ends_ += steady_now() - waits;
    TlsClient& client = context_->tls->of(TlsOffer::modern);
    expect_by(Phase::tls_handshake);
    const SteadyTime asked = steady_now();
    std::string host = tls_name(visit_.endpoint.mx);
    std::string asked_for = host;
    IoResult<TlsFacts> shaken = co_await connection_.start_tls(client, std::move(asked_for), std::move(host));
    handshake_slot_.release();
    if (!shaken) co_return std::unexpected(failure(Phase::tls_handshake, shaken.error()));
    facts_.tls = std::move(*shaken);
    SmtpReply done;
    done.elapsed = steady_now() - asked;
    established_ = {steady_now(), Clock::user};
    co_return done;
}

void ServiceSession::expect_by(Phase phase) {
    const bool is_after_final_dot = phase == Phase::data_end;
    const Duration patience = is_after_final_dot ? visit_.after_final_dot : limit_of(phase, context_->settings);
    const SteadyTime limit = steady_now() + patience;
    // Who hangs up on a server that is slow to take a message over gets it delivered twice.
    if (is_after_final_dot) budget_ends_ = limit + farewell_limit;
    const bool budget_first = budget_ends_ < limit;
    connection_.expires_at(std::min(limit, budget_ends_), budget_first ? Reason::budget : Reason::timeout);
}

Failure ServiceSession::failure(Phase phase, const IoError& error) const {
    return {phase, error.reason, error.detail};
}

std::string ServiceSession::shown(std::string_view bytes, std::size_t limit) const {
    return printable(secrets_.without(std::string(bytes)), limit);
}

void ServiceSession::note(bool from_client, std::string_view line) {
    facts_.transcript.add(steady_now() - started_, from_client, secrets_.without(std::string(line)));
}

/// Not Transcript's own way with replies: secrets are looked for in whole lines.
void ServiceSession::note_reply(const SmtpReply& reply) {
    for (const std::string& text : reply.lines) {
        const bool last = &text == &reply.lines.back();
        const std::string_view separator = !last ? "-" : text.empty() ? "" : " ";
        note(false, std::to_string(reply.code).append(separator) + text);
    }
}

}  // namespace mxfleet
