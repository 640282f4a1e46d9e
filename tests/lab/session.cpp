#include "tests/lab/session.hpp"

#include <utility>

#include "tests/lab/awaiting.hpp"

namespace mxfleet::lab {
namespace {

using asio::ip::tcp;

constexpr std::size_t most_queued = 65'536;
constexpr std::size_t flood_limit = 64 << 20;

tcp::endpoint local_endpoint(const tcp::socket& socket) {
    asio::error_code ignored;
    return socket.local_endpoint(ignored);
}

tcp::endpoint peer_endpoint(const tcp::socket& socket) {
    asio::error_code ignored;
    return socket.remote_endpoint(ignored);
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// What a client may be told about in a log: the letters of what it said first.
std::string letters_of(std::string_view verb) {
    std::string letters;
    for (const char c : verb) {
        letters += c >= 'A' && c <= 'Z' ? c : '?';
    }
    return letters;
}

const Server& server_of_turn(const Server& server, std::uint64_t visit) {
    return server.every_second && visit % 2 == 1 ? *server.every_second : server;
}

const Reply& usual_reply() {
    static const Reply reply = {usual()};
    return reply;
}

}  // namespace

Session::Session(tcp::socket socket, RunningServer& running, Identity identity, const SessionSettings& settings,
                 Reaper& reaper)
    : running_(running),
      visit_(running.visits.fetch_add(1)),
      server_(server_of_turn(*running.server, visit_)),
      identity_(std::move(identity)),
      settings_(settings),
      dialled_(local_endpoint(socket)),
      number_(settings.log->opened(dialled_, peer_endpoint(socket))),
      is_alone_(running.sessions.fetch_add(1) == 0),
      commands_(server_, identity_, running.greylist, settings.greylist_delay,
                peer_endpoint(socket).address().to_string()),
      connection_(std::move(socket), reaper, settings.idle_limit) {}

Session::~Session() {
    running_.sessions.fetch_sub(1);
    connection_.ends_as("lab_stopped");
    settings_.log->closed(number_, dialled_, connection_.end(), last_verb_);
}

asio::awaitable<void> Session::run() {
    static const Reply turn_away = {say("421 4.3.2 {host} Too many connections, try again later\r\n"), hang_up()};
    const Reply& greeting = is_turned_away() ? turn_away : server_.greeting;
    const std::string_view no_command;
    const bool go_on = co_await play(greeting, no_command);
    if (go_on) {
        co_await converse();
    }
    co_await connection_.finish();
}

bool Session::is_turned_away() const {
    switch (server_.busy) {
        case Busy::never: return false;
        case Busy::every_second_connection: return visit_ % 2 == 1;
        case Busy::with_one_connection: return !is_alone_;
    }
    __builtin_unreachable();
}

asio::awaitable<void> Session::converse() {
    Line line;
    for (;;) {
        const bool has_line = co_await next_line(line);
        if (!has_line) co_return;
        if (line.too_long) line.text.clear();
        const std::string verb = verb_of(line.text);
        last_verb_ = letters_of(verb);
        if (only_quit_ && verb != "QUIT") {
            queue("503 5.5.1 There is nothing but QUIT\r\n");
            continue;
        }
        const Reply& reply = reply_for(verb);
        const bool go_on = co_await play(reply, line.text);
        if (!go_on) co_return;
    }
}

const Reply& Session::reply_for(std::string_view verb) const {
    if (!commands_.inside_tls()) {
        const auto plain = server_.answers_before_tls.find(verb);
        if (plain != server_.answers_before_tls.end()) return plain->second;
    }
    const auto own = server_.answers.find(verb);
    return own == server_.answers.end() ? usual_reply() : own->second;
}

asio::awaitable<bool> Session::play(const Reply& reply, std::string_view command) {
    for (const Step& step : reply) {
        const bool go_on = co_await perform(step, command);
        if (!go_on) co_return false;
    }
    co_return true;
}

asio::awaitable<bool> Session::perform(const Step& step, std::string_view command) {
    if (step.kind == Step::Kind::say) {
        queue(step.text);
        co_return true;
    }
    if (step.kind == Step::Kind::usual) {
        co_return co_await answer_correctly(command);
    }
    const bool is_sent = co_await flush();
    if (!is_sent) co_return false;
    switch (step.kind) {
        case Step::Kind::say:
        case Step::Kind::usual: break;
        case Step::Kind::wait: co_await pause(settings_.scaled(step.pause)); break;
        case Step::Kind::listen: co_return co_await listen_for_early_talkers(settings_.scaled(step.pause));
        case Step::Kind::drip: co_return co_await drip(step);
        case Step::Kind::flood: co_return co_await flood(step.text);
        case Step::Kind::swallow: co_return co_await connection_.read(input_);
        case Step::Kind::start_tls: co_return co_await enter_tls();
        case Step::Kind::only_quit: only_quit_ = true; break;
        case Step::Kind::hang_up: co_return false;
        case Step::Kind::cut: connection_.forget_tls(); co_return false;
        case Step::Kind::half_close:
            connection_.stop_sending();
            co_await connection_.ignore_all();
            co_return false;
        case Step::Kind::reset: connection_.reset(); co_return false;
        case Step::Kind::hold: co_await connection_.ignore_all(); co_return false;
    }
    co_return true;
}

asio::awaitable<bool> Session::answer_correctly(std::string_view command) {
    const Answer answer = commands_.answer(command);
    queue(answer.text);
    switch (answer.then) {
        case Answer::Then::go_on: break;
        case Answer::Then::read_message: co_return co_await read_message();
        case Answer::Then::read_chunk: co_return co_await read_chunk(answer.chunk);
        case Answer::Then::start_tls: co_return co_await enter_tls();
        case Answer::Then::part:
            co_await flush();
            if (last_verb_ == "QUIT") connection_.ends_as("quit");
            co_return false;
    }
    co_return true;
}

asio::awaitable<bool> Session::listen_for_early_talkers(milliseconds pause_for) {
    co_await pause(pause_for);
    if (!connection_.has_unread()) co_return true;
    queue("521 5.5.1 {host} You talked before it was your turn\r\n");
    co_await flush();
    co_return false;
}

asio::awaitable<bool> Session::drip(const Step& step) {
    const std::string text = on_the_wire(step.text);
    for (const char& byte : text) {
        const std::string_view one(&byte, 1);
        const bool is_sent = co_await connection_.write(one);
        if (!is_sent) co_return false;
        co_await pause(settings_.scaled(step.pause));
    }
    co_return true;
}

asio::awaitable<bool> Session::flood(const std::string& text) {
    constexpr std::size_t block_bytes = 4096;
    std::string block = on_the_wire(text);
    while (block.size() < block_bytes) {
        block += block;
    }
    for (std::size_t sent = 0; sent < flood_limit; sent += block.size()) {
        const bool is_sent = co_await connection_.write(block);
        if (!is_sent) co_return false;
    }
    co_return false;
}

asio::awaitable<bool> Session::enter_tls() {
    const bool is_sent = co_await flush();
    if (!is_sent) co_return false;
    input_.clear();  // what was said in plain is not to be taken for said inside TLS
    const bool is_done = co_await connection_.handshake(running_.tls.get());
    if (is_done) commands_.enter_tls();
    co_return is_done;
}

asio::awaitable<bool> Session::read_message() {
    std::size_t bytes = 0;
    Line line;
    for (;;) {
        const bool has_line = co_await next_line(line);
        if (!has_line) co_return false;
        if (line.text == "." && !line.too_long) break;
        bytes += line.text.size() + 2;
        if (bytes > 2 * message_limit) co_return false;  // it will not hear reason
    }
    const Answer answer = commands_.message_done(bytes);
    queue(answer.text);
    co_return true;
}

asio::awaitable<bool> Session::read_chunk(std::size_t bytes) {
    const bool is_sent = co_await flush();
    if (!is_sent) co_return false;
    std::size_t missing = bytes - input_.skip(bytes);
    while (missing > 0) {
        const bool is_alive = co_await connection_.read(input_);
        if (!is_alive) co_return false;
        missing -= input_.skip(missing);
    }
    const Answer answer = commands_.chunk_done();
    queue(answer.text);
    co_return true;
}

asio::awaitable<bool> Session::next_line(Line& line) {
    for (;;) {
        auto next = input_.next();
        if (next) {
            line = *std::move(next);
            co_return true;
        }
        const bool is_sent = co_await flush();
        if (!is_sent) co_return false;
        const bool is_alive = co_await connection_.read(input_);
        if (!is_alive) co_return false;
    }
}

void Session::queue(std::string_view text) {
    // A client that sends commands without reading the replies must not fill our memory: it loses them.
    if (output_.size() < most_queued) output_ += on_the_wire(text);
}

std::string Session::on_the_wire(std::string_view text) const {
    std::string wire(text);
    replace_all(wire, "{host}", identity_.host);
    if (server_.bare_lf) replace_all(wire, "\r\n", "\n");
    return wire;
}

asio::awaitable<bool> Session::flush() {
    const std::string bytes = std::exchange(output_, {});
    co_return co_await connection_.write(bytes);
}

}  // namespace mxfleet::lab
