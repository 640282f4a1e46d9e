#include "probes/io/dns_channel.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "probes/io/awaiting.hpp"
#include "probes/wire/dns_query.hpp"

namespace mxfleet {
namespace {

/// Room for a full window of answers at the payload we invite; the kernel counts twice what arrives, and its own
/// frames.
constexpr int receive_buffer = 1 << 20;

/// ::ffff:192.0.2.1 is how some write an IPv4 resolver; as IPv4 it works without IPv6 in the kernel.
IpAddress unmapped(const IpAddress& address) {
    static const IpNetwork mapped = *IpNetwork::parse("::ffff:0:0/96");
    if (!mapped.contains(address)) return address;
    return IpAddress::v4({address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]});
}

ares_addr_port_node server_node(const SocketAddress& resolver) {
    const IpAddress ip = unmapped(resolver.ip);
    ares_addr_port_node node{};
    node.family = ip.is_v6 ? AF_INET6 : AF_INET;
    std::memcpy(&node.addr, ip.bytes.data(), ip.width() / 8);
    node.udp_port = node.tcp_port = resolver.port;
    return node;
}

}  // namespace

/// What the awaiting coroutine holds. Its timer is the deadline, and is cancelled when the answer is there.
struct DnsChannel::Waiting {
    Waiting(DnsChannel& owner, SteadyTime until) : channel(owner), turn(owner.context_, until) {}
    ~Waiting();

    DnsChannel& channel;
    asio::steady_timer turn;
    std::optional<Answer> answer;
    Sent* sent = nullptr;
};

/// What c-ares holds. It knows its coroutine as long as that waits, and dies with c-ares' query.
struct DnsChannel::Sent {
    Waiting* waiting = nullptr;
};

DnsChannel::Waiting::~Waiting() {
    if (sent != nullptr) sent->waiting = nullptr;
}

/// A socket of c-ares'. It is closed by c-ares, and only lent to Asio.
struct DnsChannel::Watched {
    explicit Watched(asio::io_context& context) : descriptor(context) {}

    asio::posix::stream_descriptor descriptor;
    bool wants_readable = false;
    bool wants_writable = false;
    bool waits_readable = false;
    bool waits_writable = false;
};

const ares_socket_functions DnsChannel::socket_functions = {open_socket, close_socket, connect_socket, receive, send};

DnsChannel::DnsChannel(asio::io_context& context, const SocketAddress& resolver, Duration timeout)
    : context_(context), timeout_(timeout), timeouts_(context) {
    open(resolver);
}

DnsChannel::~DnsChannel() {
    close();
}

void DnsChannel::open(const SocketAddress& resolver) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) return;

    char no_file[] = "/dev/null";  // instead of the system's configuration: we say everything
    char dns_only[] = "b";
    ares_options options{};
    options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
    options.ednspsz = edns_payload;
    options.timeout = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(timeout_).count());
    options.tries = 1;  // more would double the time-out each time; trying again is the client's business
    options.resolvconf_path = no_file;
    options.lookups = dns_only;
    options.sock_state_cb = on_socket_state;
    options.sock_state_cb_data = this;
    const int set = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_RESOLVCONF |
                    ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&channel_, &options, set) != ARES_SUCCESS) {
        channel_ = nullptr;
        return;
    }
    ares_set_socket_functions(channel_, &socket_functions, this);
    ares_addr_port_node server = server_node(resolver);
    if (ares_set_servers_ports(channel_, &server) != ARES_SUCCESS) close();
}

void DnsChannel::close() {
    timeouts_.cancel();
    // Its callbacks, which come within, find the channel closed already.
    if (const ares_channel channel = std::exchange(channel_, nullptr)) ares_destroy(channel);
}

asio::awaitable<DnsChannel::Answer> DnsChannel::exchange(std::vector<std::uint8_t> query) {
    if (channel_ == nullptr) co_return std::unexpected(DnsSilence::local_fault);
    Waiting waiting(*this, std::chrono::steady_clock::now() + timeout_);
    waiting.sent = new Sent{&waiting};
    socket_trouble_.reset();
    ares_send(channel_, query.data(), static_cast<int>(query.size()), on_answer, waiting.sent);
    wait_for_timeouts();
    // The answer may have come within: a socket that cannot be opened.
    if (!waiting.answer) {
        co_await waiting.turn.async_wait(as_result);
    }
    if (waiting.answer) co_return *std::move(waiting.answer);
    const bool is_over = waiting.turn.expiry() <= std::chrono::steady_clock::now();
    co_return std::unexpected(is_over ? DnsSilence::timeout : DnsSilence::local_fault);
}

void DnsChannel::on_answer(void* sent, int status, int, unsigned char* bytes, int size) {
    const std::unique_ptr<Sent> query(static_cast<Sent*>(sent));
    if (query->waiting == nullptr) return;
    Waiting& waiting = *query->waiting;
    waiting.sent = nullptr;
    if (status == ARES_SUCCESS) {
        waiting.answer.emplace(std::vector<std::uint8_t>(bytes, bytes + size));
    } else {
        waiting.answer.emplace(std::unexpected(waiting.channel.silence_of(status)));
    }
    waiting.turn.cancel();
}

/// With one try at one server c-ares tells a time-out from all other trouble, and says ECONNREFUSED for that; what it
/// was, the system has told us.
DnsSilence DnsChannel::silence_of(int status) const {
    if (status == ARES_ETIMEOUT) return DnsSilence::timeout;
    if (status == ARES_ECONNREFUSED && socket_trouble_ != Reason::local_fault) return DnsSilence::unreachable;
    return DnsSilence::local_fault;
}

// ---- c-ares' sockets and times, on Asio -----------------------------------------------------------------------------

void DnsChannel::on_socket_state(void* channel, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsChannel*>(channel)->watch(socket, readable != 0, writable != 0);
}

/// c-ares tells of every change, and with neither wish that it is about to close the socket.
void DnsChannel::watch(int descriptor, bool readable, bool writable) {
    auto& watched = watched_[descriptor];
    if (!readable && !writable) {
        if (watched) watched->descriptor.release();
        watched_.erase(descriptor);
        return;
    }
    if (!watched) {
        watched = std::make_shared<Watched>(context_);
        asio::error_code error;
        watched->descriptor.assign(descriptor, error);
        if (error) return;  // nothing will be heard from it: a time-out
    }
    watched->wants_readable = readable;
    watched->wants_writable = writable;
    const std::shared_ptr<Watched> kept = watched;
    wait_readable(kept);
    wait_writable(kept);
}

void DnsChannel::wait_readable(const std::shared_ptr<Watched>& watched) {
    if (!watched->descriptor.is_open() || !watched->wants_readable || watched->waits_readable) return;
    watched->waits_readable = true;
    const auto process_readable = [self = shared_from_this(), watched](const asio::error_code& error) {
        watched->waits_readable = false;
        if (error || !watched->descriptor.is_open()) return;  // it was closed after this had been queued
        self->process(watched->descriptor.native_handle(), ARES_SOCKET_BAD);
        self->wait_readable(watched);
    };
    watched->descriptor.async_wait(asio::posix::descriptor_base::wait_read, process_readable);
}

void DnsChannel::wait_writable(const std::shared_ptr<Watched>& watched) {
    if (!watched->descriptor.is_open() || !watched->wants_writable || watched->waits_writable) return;
    watched->waits_writable = true;
    const auto process_writable = [self = shared_from_this(), watched](const asio::error_code& error) {
        watched->waits_writable = false;
        if (error || !watched->descriptor.is_open()) return;
        self->process(ARES_SOCKET_BAD, watched->descriptor.native_handle());
        self->wait_writable(watched);
    };
    watched->descriptor.async_wait(asio::posix::descriptor_base::wait_write, process_writable);
}

void DnsChannel::process(int readable, int writable) {
    if (channel_ == nullptr) return;
    socket_trouble_.reset();
    ares_process_fd(channel_, readable, writable);
    wait_for_timeouts();
}

/// All queries have the same time-out, so the first to be due is the first that was sent: a wait that is under way need
/// not be changed for a later one.
void DnsChannel::wait_for_timeouts() {
    if (channel_ == nullptr || waits_for_timeouts_) return;
    timeval room{};
    const timeval* const next = ares_timeout(channel_, nullptr, &room);
    if (next == nullptr) return;
    waits_for_timeouts_ = true;
    timeouts_.expires_after(std::chrono::seconds{next->tv_sec} + std::chrono::microseconds{next->tv_usec});
    timeouts_.async_wait([self = shared_from_this()](const asio::error_code& error) {
        self->waits_for_timeouts_ = false;
        if (!error) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

// ---- The system calls, so that our own trouble is known as such -----------------------------------------------------

/// Remembers why a call failed, unless it only has to be tried again; leaves errno as it is, for c-ares.
void DnsChannel::note_failure(void* channel) {
    const int error = errno;
    if (error == EINPROGRESS || error == EAGAIN) return;
    static_cast<DnsChannel*>(channel)->socket_trouble_ = io_error(error).reason;
    errno = error;
}

ares_socket_t DnsChannel::open_socket(int family, int type, int protocol, void* channel) {
    const int socket = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (socket < 0) note_failure(channel);
    if (type == SOCK_DGRAM) ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    return socket;
}

int DnsChannel::connect_socket(ares_socket_t socket, const sockaddr* to, ares_socklen_t size, void* channel) {
    const int result = ::connect(socket, to, size);
    if (result < 0) note_failure(channel);
    return result;
}

ares_ssize_t DnsChannel::receive(ares_socket_t socket, void* room, size_t size, int flags, sockaddr* from,
                                 ares_socklen_t* from_size, void*) {
    return ::recvfrom(socket, room, size, flags, from, from_size);
}

ares_ssize_t DnsChannel::send(ares_socket_t socket, const iovec* parts, int count, void* channel) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);
    message.msg_iovlen = static_cast<std::size_t>(count);
    const ares_ssize_t result = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (result < 0) note_failure(channel);
    return result;
}

int DnsChannel::close_socket(ares_socket_t socket, void*) {
    return ::close(socket);
}

}  // namespace mxfleet
