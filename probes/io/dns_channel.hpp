// The way to one resolver: sends a query over UDP, over TCP if the answer did not fit, and waits for the answer. c-ares
// carries it; nothing here reads or trusts what comes.
#pragma once

#include <ares.h>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "probes/model/phase.hpp"
#include "probes/model/settings.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// Why no answer came.
enum class DnsSilence : std::uint8_t {
    timeout,
    unreachable,  ///< nobody listens there, no route, or the connection was lost
    local_fault,  ///< descriptors, memory, or we are stopping
};

/// For one thread. Handlers under way keep it alive, so that it may be let go of at any time; `close` it first.
class DnsChannel : public std::enable_shared_from_this<DnsChannel> {
public:
    using Answer = std::expected<std::vector<std::uint8_t>, DnsSilence>;

    /// `timeout` is for one query, TCP included.
    DnsChannel(asio::io_context& context, const SocketAddress& resolver, Duration timeout);
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;
    ~DnsChannel();

    /// Sends a query and returns the bytes that answer it: the same id, the same question, from the resolver's address.
    /// `query` ends in its OPT record if it has one.
    asio::awaitable<Answer> exchange(std::vector<std::uint8_t> query);

    /// Ends every exchange with `local_fault`, and all later ones. Not from within an exchange's own callbacks, where
    /// nothing of ours ever runs.
    void close();

private:
    struct Waiting;
    struct Sent;
    struct Watched;

    void open(const SocketAddress& resolver);
    void watch(int descriptor, bool readable, bool writable);
    void wait_readable(const std::shared_ptr<Watched>& watched);
    void wait_writable(const std::shared_ptr<Watched>& watched);
    void process(int readable, int writable);
    void wait_for_timeouts();

    /// What c-ares calls. None of them throws.
    static void on_answer(void* sent, int status, int timeouts, unsigned char* bytes, int size);
    static void on_socket_state(void* channel, ares_socket_t socket, int readable, int writable);
    static ares_socket_t open_socket(int family, int type, int protocol, void* channel);
    static int connect_socket(ares_socket_t socket, const sockaddr* to, ares_socklen_t size, void* channel);
    static ares_ssize_t receive(ares_socket_t socket, void* room, size_t size, int flags, sockaddr* from,
                                ares_socklen_t* from_size, void* channel);
    static ares_ssize_t send(ares_socket_t socket, const iovec* parts, int count, void* channel);
    static int close_socket(ares_socket_t socket, void* channel);
    static void note_failure(void* channel);
    static const ares_socket_functions socket_functions;

    DnsSilence silence_of(int status) const;

    asio::io_context& context_;
    Duration timeout_;
    ares_channel channel_ = nullptr;  ///< null once closed, and where c-ares could not be set up
    std::map<int, std::shared_ptr<Watched>> watched_;
    asio::steady_timer timeouts_;  ///< for c-ares to clear away queries that we gave up already
    bool waits_for_timeouts_ = false;
    std::optional<Reason> socket_trouble_;  ///< what the system last refused us
};

}  // namespace mxfleet
