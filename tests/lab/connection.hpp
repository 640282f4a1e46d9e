// One accepted connection, plain and then perhaps inside TLS. It moves bytes; what they mean it does not know. It ends
// by itself when nothing has moved for a while, and after ten minutes in any case.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "tests/lab/line_buffer.hpp"
#include "tests/lab/openssl.hpp"

namespace mxfleet::lab {

using SteadyTime = std::chrono::steady_clock::time_point;

class Connection;

/// Closes what has been idle for too long. Belongs to one thread.
class Reaper {
public:
    /// Looks at all connections five times a second, as long as the executor runs.
    asio::awaitable<void> run();

private:
    friend class Connection;
    std::list<Connection*> connections_;
};

class Connection {
public:
    /// `socket` must belong to the reaper's thread.
    Connection(asio::ip::tcp::socket socket, Reaper& reaper, std::chrono::milliseconds idle_limit);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Each is false once the connection has ended; `end()` says how.

    /// Waits for bytes and adds them to `input`.
    asio::awaitable<bool> read(LineBuffer& input);
    asio::awaitable<bool> write(std::string_view bytes);
    asio::awaitable<bool> handshake(SSL_CTX* context);

    /// Reads and drops until the peer leaves.
    asio::awaitable<void> ignore_all();
    /// close_notify and FIN, then waits shortly for the peer's end, so that what was sent last is not lost.
    asio::awaitable<void> finish();
    void reset();
    /// Inside TLS: what comes from now on is TCP's.
    void forget_tls() { tls_.reset(); }
    /// FIN, whatever TLS thinks of it.
    void stop_sending();

    /// Whether the peer has sent something that was not read.
    bool has_unread() const;

    /// How it ended: the first word that was said about it.
    std::string_view end() const { return end_; }
    void ends_as(std::string_view word);

private:
    friend class Reaper;
    enum class Operation : std::uint8_t { handshake, read, write };
    enum class Progress : std::uint8_t { done, wants_read, wants_write, failed };

    asio::awaitable<bool> carry_out(Operation operation);
    Progress attempt(Operation operation);
    Progress attempt_plain(Operation operation);
    Progress attempt_tls(Operation operation);
    Progress failed(asio::error_code error);
    void stay_alive();
    void expire();

    asio::ip::tcp::socket socket_;
    Reaper& reaper_;
    std::list<Connection*>::iterator place_;
    std::chrono::milliseconds idle_limit_;
    SteadyTime last_end_;  ///< no activity moves the deadline beyond
    SteadyTime deadline_;
    TlsStream tls_;
    std::string_view unsent_;
    std::size_t received_ = 0;  ///< in this thread's buffer
    std::string_view end_;
};

}  // namespace mxfleet::lab
