// Tells the sockets of one thread when they can be read or written. The kernel is told of a socket once, edge-triggered
// (epoll(7)); Asio's own reactor tells it anew for each wait, of which a session has four. Moves no bytes.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace mxfleet {

enum class Direction : std::uint8_t { read, write };

class WatchedSocket;

/// The sockets of a thread, driven by its io_context. Runs from construction until `stop`; outlives its sockets, and
/// whoever waits on one. Throws std::system_error where the system has no descriptor for it.
class Readiness {
public:
    explicit Readiness(asio::io_context& context);

    void stop();

private:
    friend class WatchedSocket;

    bool add(WatchedSocket& socket);
    void forget(const WatchedSocket& socket);
    void wait();
    void tell();

    asio::io_context& context_;
    asio::posix::stream_descriptor epoll_;
    std::array<epoll_event, 64> events_{};  ///< few enough for timers to have their turn in between
    std::span<epoll_event> untold_;         ///< those of `events_` that are still to be told
    bool stopped_ = false;
};

/// A TCP socket, non-blocking, closed when it goes, and what is known of its readiness. At most one wait at a time.
class WatchedSocket {
public:
    explicit WatchedSocket(Readiness& readiness) : readiness_(readiness) {}
    ~WatchedSocket() { close(); }
    WatchedSocket(const WatchedSocket&) = delete;
    WatchedSocket& operator=(const WatchedSocket&) = delete;

    /// Makes the socket, of AF_INET or AF_INET6. False with errno where the system refuses. Precondition: not open.
    bool open(int family);

    /// From now on readiness is known. Once, after connect(2): before it a socket looks hung up. False with errno.
    bool watch() { return readiness_.add(*this); }

    int handle() const { return handle_; }
    bool is_open() const { return handle_ >= 0; }

    /// Whether the next call in that direction may find something to do: only the call itself tells for sure.
    bool is_ready(Direction direction) const;

    /// A call found nothing to do (EAGAIN): not ready until the kernel says so again.
    void found_nothing(Direction direction);

    /// A read took all there was. If the peer has ended the connection, that is still to be read.
    void took_all() { ready_ &= ~read_bit; }

    /// Waits until the socket is ready, or `cancel`. May be woken for nothing.
    asio::awaitable<void> wait(Direction direction);

    /// Goes on after all else that the thread has to do by now.
    asio::awaitable<void> give_way();

    /// Ends the wait under way, soon; nothing where there is none.
    void cancel();

    void close();

private:
    friend class Readiness;

    static constexpr std::uint32_t read_bit = EPOLLIN;
    static constexpr std::uint32_t write_bit = EPOLLOUT;
    static constexpr std::uint32_t ended_bits = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

    void told(std::uint32_t events);

    Readiness& readiness_;
    int handle_ = -1;
    std::uint32_t ready_ = 0;  ///< as the kernel told it and no call has found otherwise
    Direction waits_for_ = Direction::read;
    std::move_only_function<void()> waiter_;
};

}  // namespace mxfleet
