// One TCP connection, plain or inside TLS, under a deadline. It moves bytes; it knows nothing of what they mean, and
// never looks up a name.
#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "probes/dane/facts.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/kernel_time.hpp"
#include "probes/io/reactor.hpp"
#include "probes/io/tls_client.hpp"
#include "probes/model/settings.hpp"

namespace mxfleet {

/// A connection that came about: when its SYN was sent, and when it was established.
struct Established {
    SteadyTime dialled{};
    Moment done;
};

class Connection : private Deadline {
public:
    explicit Connection(Reactor& reactor);
    ~Connection() override;

    /// From now on every operation ends with `reason` once that time has passed. Replaces the deadline before.
    void expires_at(SteadyTime at, Reason reason);

    /// Ends the operation under way and all later ones with local_fault: we are stopping. A `farewell` is sent if the
    /// connection takes it at once.
    void abandon(std::string_view farewell);

    /// Opens the connection. `source` is bound to when given. `no_local_route` tells our own routing table's refusal
    /// from the network's.
    asio::awaitable<IoResult<Established>> connect(SocketAddress remote, std::optional<IpAddress> source);

    /// The address we are connected from; empty before.
    std::optional<IpAddress> local_address() const;

    /// Sends all of it, and says when the last of it was given to the kernel.
    asio::awaitable<IoResult<SteadyTime>> send(std::string_view bytes);

    /// Waits for bytes, adds them to `received()`, and says when the last of them came, which was not before
    /// `not_before`; a peer that has ended the connection is `closed`. Precondition: `received()` was taken.
    asio::awaitable<IoResult<Moment>> receive(SteadyTime not_before);

    /// What has come and was not taken yet.
    std::string_view received() const { return {buffer_.data() + taken_, filled_ - taken_}; }
    void take(std::size_t bytes) { taken_ += bytes; }

    /// Drops what came unasked, in our buffer and in the kernel's, and says whether there was any. Before TLS only.
    bool drop_unread();

    /// Performs the handshake, and speaks TLS from here on. `asked_for` is the name in SNI, `host` is compared with the
    /// certificate. Precondition: `drop_unread()`.
    asio::awaitable<IoResult<TlsFacts>> start_tls(TlsClient& client, std::string asked_for, std::string host);

    /// What the certificates of the handshake have to do with usable TLSA records. Null where we cannot tell.
    std::shared_ptr<const DaneFacts> dane(const SharedTlsa& tlsa) const;

    bool is_encrypted() const { return ssl_ != nullptr; }

    /// Ends the connection at once; inside TLS with a close_notify if the socket takes it. Never waits.
    void close();

private:
    /// One try at an operation that never blocks: bytes moved, or what to wait for before the next try, or an error.
    struct Attempt {
        std::size_t moved = 0;
        std::optional<Direction> wait;
        std::optional<IoError> error;
        Moment arrived{};        ///< what was received
        bool cut_short = false;  ///< it had its share of the thread, and there may be more to do at once
    };

    void expire() override;
    std::optional<IoError> stopped() const;
    asio::awaitable<IoResult<void>> wait_for(Direction direction);
    asio::awaitable<IoResult<void>> wait_after(const Attempt& attempt);
    IoResult<Established> established(SteadyTime dialled);
    Attempt try_receive(std::span<char> room, SteadyTime not_before);
    Attempt try_send(std::string_view bytes);
    Attempt try_handshake();
    Attempt after_system_call(ssize_t result, Direction direction) const;
    void prepare_tls_call();
    Attempt after_tls_call(int result) const;
    static long oversee_read(BIO* bio, int operation, const char*, std::size_t room, int, long, int result,
                             std::size_t* moved);

    Deadlines& deadlines_;
    WatchedSocket socket_;
    std::optional<Reason> expired_;
    Reason expiry_reason_ = Reason::timeout;
    bool abandoned_ = false;
    SslPointer ssl_;
    int reads_left_ = 0;  ///< of the TLS call under way; negative once one was refused
    std::size_t filled_ = 0;
    std::size_t taken_ = 0;
    std::array<char, 2048> buffer_;
};

}  // namespace mxfleet
