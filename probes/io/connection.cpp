#include "probes/io/connection.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <asio/ip/tcp.hpp>
#include <cerrno>

#include "probes/io/dane.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

using asio::ip::tcp;

tcp::endpoint endpoint_of(const IpAddress& ip, std::uint16_t port) {
    if (ip.is_v6) return {asio::ip::address_v6(ip.bytes), port};
    return {asio::ip::address_v4({ip.bytes[0], ip.bytes[1], ip.bytes[2], ip.bytes[3]}), port};
}

IpAddress address_of(const asio::ip::address& address) {
    if (address.is_v6()) return IpAddress::v6(address.to_v6().to_bytes());
    return IpAddress::v4(address.to_v4().to_bytes());
}

/// What connect(2) itself refuses was never sent: our own host has no route, or no such address family.
IoError refused_by_ourselves(int error_number) {
    IoError error = io_error(error_number);
    error.no_local_route = error_number == ENETUNREACH || error_number == EAFNOSUPPORT;
    if (error.no_local_route) error.reason = Reason::no_route;
    return error;
}

/// What one call may read from the socket, in reads of up to 16 KiB: more than an honest server sends at once, and
/// worked through in some milliseconds.
constexpr int reads_per_tls_call = 16;

/// The reason of the last error in OpenSSL's queue, in its own words.
IoError tls_error() {
    const unsigned long code = ERR_peek_last_error();
    const int reason = ERR_GET_REASON(code);
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return {Reason::closed, "end of file"};
    }
    IoError error{Reason::tls_error, {}};
    const char* const text = ERR_reason_error_string(code);
    error.detail = printable(text != nullptr ? text : "unknown TLS error");
    error.tls_version_refused = ERR_GET_LIB(code) == ERR_LIB_SSL &&
                                (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
    return error;
}

}  // namespace

Connection::Connection(Reactor& reactor) : deadlines_(reactor.deadlines()), socket_(reactor.readiness()) {}

Connection::~Connection() = default;

void Connection::expires_at(SteadyTime at, Reason reason) {
    expired_.reset();
    expiry_reason_ = reason;
    deadlines_.arm(*this, at);
}

void Connection::expire() {
    expired_ = expiry_reason_;
    socket_.cancel();
}

void Connection::abandon(std::string_view farewell) {
    const bool is_shaking_hands = ssl_ && SSL_is_init_finished(ssl_.get()) == 0;
    if (socket_.is_open() && !farewell.empty() && !is_shaking_hands) try_send(farewell);
    abandoned_ = true;
    socket_.cancel();
}

/// Why no operation may go on, if so. Looked at before each wait, since a deadline may pass between two operations.
std::optional<IoError> Connection::stopped() const {
    if (abandoned_) return IoError{Reason::local_fault, "cancelled"};
    if (expired_) return IoError{*expired_, {}};
    return std::nullopt;
}

asio::awaitable<IoResult<void>> Connection::wait_for(Direction direction) {
    if (auto error = stopped()) co_return std::unexpected(std::move(*error));
    if (!socket_.is_ready(direction)) {
        co_await socket_.wait(direction);
    }
    if (auto stop = stopped()) co_return std::unexpected(std::move(*stop));
    co_return IoResult<void>{};
}

/// Waits for what a try found missing. One that was cut short lets everything else have its turn, deadlines too.
asio::awaitable<IoResult<void>> Connection::wait_after(const Attempt& attempt) {
    if (attempt.cut_short) {
        co_await socket_.give_way();
    } else {
        socket_.found_nothing(*attempt.wait);
    }
    co_return co_await wait_for(*attempt.wait);
}

asio::awaitable<IoResult<Established>> Connection::connect(SocketAddress remote, std::optional<IpAddress> source) {
    const tcp::endpoint endpoint = endpoint_of(remote.ip, remote.port);
    if (!socket_.open(endpoint.protocol().family())) co_return std::unexpected(refused_by_ourselves(errno));
    if (source) {
        const tcp::endpoint from = endpoint_of(*source, 0);
        const int bound = ::bind(socket_.handle(), from.data(), static_cast<socklen_t>(from.size()));
        if (bound != 0) co_return std::unexpected(io_error(errno));
    }
    ask_for_arrival_times(socket_.handle());

    const SteadyTime dialled = user_moment().at;
    const bool is_done = ::connect(socket_.handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
    // What it refuses at once is our own routing, not the network's.
    if (!is_done && errno != EINPROGRESS) co_return std::unexpected(refused_by_ourselves(errno));
    if (!socket_.watch()) co_return std::unexpected(io_error(errno));
    if (!is_done) {
        auto writable = co_await wait_for(Direction::write);
        if (!writable) co_return std::unexpected(std::move(writable.error()));
    }
    co_return established(dialled);
}

/// What has become of a connect(2). A connection that stands needs no question for an error.
IoResult<Established> Connection::established(SteadyTime dialled) {
    const Moment seen = user_moment();
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(socket_.handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
    if (info.tcpi_state != TCP_ESTABLISHED) {
        int error = 0;
        size = sizeof error;
        ::getsockopt(socket_.handle(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return std::unexpected(io_error(error));
    }
    return Established{dialled, establishment(info, dialled, seen.at)};
}

std::optional<IpAddress> Connection::local_address() const {
    tcp::endpoint local;
    auto size = static_cast<socklen_t>(local.capacity());
    if (::getsockname(socket_.handle(), local.data(), &size) != 0) return std::nullopt;
    local.resize(size);
    return address_of(local.address());
}

Connection::Attempt Connection::after_system_call(ssize_t result, Direction direction) const {
    if (result > 0) return {static_cast<std::size_t>(result), {}, {}};
    if (result == 0) return {0, {}, IoError{Reason::closed, "end of file"}};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {0, direction, {}};
    return {0, {}, io_error(errno)};
}

/// OpenSSL looks at both to tell what a call came to.
void Connection::prepare_tls_call() {
    ERR_clear_error();
    errno = 0;
    reads_left_ = reads_per_tls_call;
}

/// A BIO's callback, before and after each of OpenSSL's reads. Records that are no part of a reply, as session tickets,
/// it reads as long as there are any, all in one call: who sends them as fast as we read would keep the thread. And it
/// looks for more where the kernel has told of none.
long Connection::oversee_read(BIO* bio, int operation, const char*, std::size_t room, int, long, int result,
                              std::size_t* moved) {
    auto& connection = *reinterpret_cast<Connection*>(BIO_get_callback_arg(bio));
    if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 && *moved < room) connection.socket_.took_all();
    if (operation != BIO_CB_READ) return result;
    const bool may_read = --connection.reads_left_ >= 0 && connection.socket_.is_ready(Direction::read);
    if (may_read) return result;
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
    return -1;
}

Connection::Attempt Connection::after_tls_call(int result) const {
    const int system_error = errno;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: return {0, Direction::read, {}, {}, reads_left_ < 0};
        case SSL_ERROR_WANT_WRITE: return {0, Direction::write, {}};
        case SSL_ERROR_ZERO_RETURN: return {0, {}, IoError{Reason::closed, "close_notify"}};
        case SSL_ERROR_SYSCALL:
            if (system_error != 0) return {0, {}, io_error(system_error)};
            return {0, {}, IoError{Reason::closed, "end of file"}};
        default: return {0, {}, tls_error()};
    }
}

Connection::Attempt Connection::try_receive(std::span<char> room, SteadyTime not_before) {
    if (!ssl_) {
        const TimedRead read = timed_receive(socket_.handle(), room, not_before);
        Attempt attempt = after_system_call(read.result, Direction::read);
        attempt.arrived = read.arrived;
        return attempt;
    }
    std::size_t got = 0;
    prepare_tls_call();
    const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &got);
    return result == 1 ? Attempt{got, {}, {}, user_moment()} : after_tls_call(result);
}

Connection::Attempt Connection::try_send(std::string_view bytes) {
    if (!ssl_) {
        return after_system_call(::send(socket_.handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL),
                                 Direction::write);
    }
    std::size_t sent = 0;
    prepare_tls_call();
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    return result == 1 ? Attempt{sent, {}, {}} : after_tls_call(result);
}

Connection::Attempt Connection::try_handshake() {
    prepare_tls_call();
    const int result = SSL_do_handshake(ssl_.get());
    return result == 1 ? Attempt{1, {}, {}} : after_tls_call(result);
}

asio::awaitable<IoResult<SteadyTime>> Connection::send(std::string_view bytes) {
    SteadyTime tried{};
    while (!bytes.empty()) {
        if (auto stop = stopped()) co_return std::unexpected(std::move(*stop));
        tried = user_moment().at;  // not after it: the peer may have answered before we go on
        Attempt attempt = try_send(bytes);
        if (attempt.error) co_return std::unexpected(std::move(*attempt.error));
        bytes.remove_prefix(attempt.moved);
        if (attempt.wait) {
            const IoResult<void> ready = co_await wait_after(attempt);
            if (!ready) co_return std::unexpected(ready.error());
        }
    }
    co_return tried;
}

asio::awaitable<IoResult<Moment>> Connection::receive(SteadyTime not_before) {
    filled_ = taken_ = 0;
    // The answer to a command takes its time: where nothing is known to have come, a read would find nothing. What
    // OpenSSL holds may be less than a record: it is tried once, and then the rest is waited for like anything else.
    const bool is_buffered = ssl_ && SSL_has_pending(ssl_.get()) == 1;
    if (!is_buffered) {
        const IoResult<void> ready = co_await wait_for(Direction::read);
        if (!ready) co_return std::unexpected(ready.error());
    }
    for (;;) {
        Attempt attempt = try_receive(buffer_, not_before);
        if (attempt.error) co_return std::unexpected(std::move(*attempt.error));
        if (!attempt.wait) {
            filled_ = attempt.moved;
            if (!ssl_ && filled_ < buffer_.size()) socket_.took_all();
            co_return attempt.arrived;
        }
        const IoResult<void> ready = co_await wait_after(attempt);
        if (!ready) co_return std::unexpected(ready.error());
    }
}

bool Connection::drop_unread() {
    bool any = !received().empty();
    constexpr int reads = 32;  // 64 KiB: a peer that floods is not read to its end
    std::array<char, 2048> dropped;
    for (int read = 0; read < reads; ++read) {
        if (::recv(socket_.handle(), dropped.data(), dropped.size(), MSG_DONTWAIT) <= 0) break;
        any = true;
    }
    filled_ = taken_ = 0;
    return any;
}

asio::awaitable<IoResult<TlsFacts>> Connection::start_tls(TlsClient& client, std::string asked_for, std::string host) {
    ssl_ = client.connection(socket_.handle(), asked_for);
    if (!ssl_) co_return std::unexpected(IoError{Reason::local_fault, "cannot set up TLS"});
    BIO* const reading = SSL_get_rbio(ssl_.get());
    BIO_set_callback_arg(reading, reinterpret_cast<char*>(this));
    BIO_set_callback_ex(reading, &Connection::oversee_read);
    for (;;) {
        Attempt attempt = try_handshake();
        if (attempt.error) co_return std::unexpected(std::move(*attempt.error));
        if (!attempt.wait) break;
        const IoResult<void> ready = co_await wait_after(attempt);
        if (!ready) co_return std::unexpected(ready.error());
    }
    co_return client.facts(ssl_, host);
}

std::shared_ptr<const DaneFacts> Connection::dane(const SharedTlsa& tlsa) const {
    X509* const leaf = SSL_get0_peer_certificate(ssl_.get());
    return leaf != nullptr ? verify_dane(tlsa, leaf, SSL_get_peer_cert_chain(ssl_.get())) : nullptr;
}

void Connection::close() {
    disarm();
    if (ssl_ && SSL_is_init_finished(ssl_.get())) {
        prepare_tls_call();
        SSL_shutdown(ssl_.get());  // one write of close_notify; the peer's is not waited for
    }
    socket_.close();
}

}  // namespace mxfleet
