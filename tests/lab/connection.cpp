#include "tests/lab/connection.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>

#include "tests/lab/awaiting.hpp"

namespace mxfleet::lab {
namespace {

using asio::ip::tcp;

constexpr auto reaping_interval = std::chrono::milliseconds(200);
constexpr auto longest_session = std::chrono::minutes(10);
constexpr auto farewell_limit = std::chrono::seconds(1);

/// What was read last on this thread. It is taken at once, so that a waiting connection holds no buffer.
thread_local std::array<char, 16384> read_buffer;

}  // namespace

asio::awaitable<void> Reaper::run() {
    for (;;) {
        co_await pause(reaping_interval);
        const auto now = std::chrono::steady_clock::now();
        for (Connection* const connection : connections_) {
            if (connection->deadline_ <= now) connection->expire();
        }
    }
}

Connection::Connection(tcp::socket socket, Reaper& reaper, std::chrono::milliseconds idle_limit)
    : socket_(std::move(socket)),
      reaper_(reaper),
      place_(reaper.connections_.insert(reaper.connections_.end(), this)),
      idle_limit_(idle_limit),
      last_end_(std::chrono::steady_clock::now() + longest_session) {
    stay_alive();
    asio::error_code error;
    socket_.non_blocking(true, error);
    socket_.set_option(tcp::no_delay(true), error);
    if (error) ends_as("peer_reset");  // every later operation fails likewise
}

Connection::~Connection() {
    reaper_.connections_.erase(place_);
}

asio::awaitable<bool> Connection::read(LineBuffer& input) {
    const bool is_alive = co_await carry_out(Operation::read);
    if (is_alive) input.append({read_buffer.data(), received_});
    co_return is_alive;
}

asio::awaitable<bool> Connection::write(std::string_view bytes) {
    unsent_ = bytes;
    bool is_alive = true;
    while (is_alive && !unsent_.empty()) {
        is_alive = co_await carry_out(Operation::write);
    }
    co_return is_alive;
}

asio::awaitable<bool> Connection::handshake(SSL_CTX* context) {
    tls_.reset(SSL_new(context));
    if (!tls_ || SSL_set_fd(tls_.get(), socket_.native_handle()) != 1) {
        ends_as("tls_failed");
        co_return false;
    }
    co_return co_await carry_out(Operation::handshake);
}

asio::awaitable<void> Connection::ignore_all() {
    bool is_alive = true;
    while (is_alive) {
        is_alive = co_await carry_out(Operation::read);
    }
}

asio::awaitable<void> Connection::finish() {
    ends_as("lab_closed");
    if (tls_ && socket_.is_open() && SSL_is_init_finished(tls_.get())) SSL_shutdown(tls_.get());
    tls_.reset();  // what comes now is only counted out
    asio::error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    last_end_ = std::chrono::steady_clock::now() + farewell_limit;
    stay_alive();
    if (!error) {
        co_await ignore_all();
    }
}

void Connection::reset() {
    ends_as("lab_reset");
    asio::error_code error;
    socket_.set_option(asio::socket_base::linger(true, 0), error);
    socket_.close(error);
}

void Connection::stop_sending() {
    asio::error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
}

bool Connection::has_unread() const {
    asio::error_code error;
    return socket_.available(error) > 0;
}

void Connection::ends_as(std::string_view word) {
    if (end_.empty()) end_ = word;
}

asio::awaitable<bool> Connection::carry_out(Operation operation) {
    for (;;) {
        const Progress progress = attempt(operation);
        if (progress == Progress::failed) co_return false;
        if (progress == Progress::done) {
            stay_alive();
            co_return true;
        }
        const auto direction = progress == Progress::wants_read ? tcp::socket::wait_read : tcp::socket::wait_write;
        const auto [error] = co_await socket_.async_wait(direction, as_result);
        if (error) co_return false;
    }
}

Connection::Progress Connection::attempt(Operation operation) {
    // Once closed, the descriptor's number may be another connection's, and OpenSSL would not know.
    if (!socket_.is_open()) return failed(asio::error::bad_descriptor);
    return tls_ ? attempt_tls(operation) : attempt_plain(operation);
}

Connection::Progress Connection::attempt_plain(Operation operation) {
    asio::error_code error;
    if (operation == Operation::read) {
        received_ = socket_.read_some(asio::buffer(read_buffer), error);
    } else {
        unsent_.remove_prefix(socket_.write_some(asio::buffer(unsent_.data(), unsent_.size()), error));
    }
    if (!error) return Progress::done;
    if (error != asio::error::would_block) return failed(error);
    return operation == Operation::read ? Progress::wants_read : Progress::wants_write;
}

Connection::Progress Connection::attempt_tls(Operation operation) {
    ERR_clear_error();
    std::size_t bytes = 0;
    int result = 0;
    switch (operation) {
        case Operation::handshake: result = SSL_accept(tls_.get()); break;
        case Operation::read:
            result = SSL_read_ex(tls_.get(), read_buffer.data(), read_buffer.size(), &received_);
            break;
        case Operation::write:
            result = SSL_write_ex(tls_.get(), unsent_.data(), unsent_.size(), &bytes);
            unsent_.remove_prefix(bytes);
            break;
    }
    if (result == 1) return Progress::done;
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ: return Progress::wants_read;
        case SSL_ERROR_WANT_WRITE: return Progress::wants_write;
        case SSL_ERROR_ZERO_RETURN: return failed(asio::error::eof);
        case SSL_ERROR_SSL: ends_as("tls_failed"); return Progress::failed;
        default: return failed(asio::error::connection_reset);
    }
}

Connection::Progress Connection::failed(asio::error_code error) {
    ends_as(error == asio::error::eof ? "peer_closed" : "peer_reset");
    return Progress::failed;
}

void Connection::stay_alive() {
    deadline_ = std::min(std::chrono::steady_clock::now() + idle_limit_, last_end_);
}

void Connection::expire() {
    ends_as("timeout");
    asio::error_code error;
    socket_.close(error);
}

}  // namespace mxfleet::lab
