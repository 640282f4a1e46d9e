#include "agent/web/listener.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace mxfleet {
namespace {

/// What the kernel may hold of an answer beyond what is on its way: what a reader that has stopped costs it.
constexpr int unsent_bytes = 128 * 1024;

bool set_option(const Descriptor& socket, int level, int option, int value) {
    return setsockopt(socket.number(), level, option, &value, sizeof(value)) == 0;
}

bool bind_and_listen(const Descriptor& socket, const SocketAddress& address, bool v6_only) {
    SystemAddress local = system_address(address);
    return socket && set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1) &&
           (!address.ip.is_v6 || set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, v6_only ? 1 : 0)) &&
           set_option(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_bytes) &&  // accepted sockets inherit it
           bind(socket.number(), local.get(), local.length) == 0 && listen(socket.number(), SOMAXCONN) == 0;
}

/// The port the socket is bound to.
std::uint16_t bound_port(const Descriptor& socket) {
    SystemAddress local;
    getsockname(socket.number(), local.get(), &local.length);
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&local.storage);
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&local.storage);
    return ntohs(local.storage.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

/// An IPv6 socket is for IPv6 only, except the one for all addresses.
bool is_v6_only(const SocketAddress& address, const std::vector<SocketAddress>& all) {
    const SocketAddress any_v4{IpAddress::v4({}), address.port};
    return address.ip != IpAddress::v6({}) || std::ranges::find(all, any_v4) != all.end();
}

}  // namespace

SystemAddress system_address(const SocketAddress& address) {
    SystemAddress made;
    if (address.ip.is_v6) {
        auto* const v6 = reinterpret_cast<sockaddr_in6*>(&made.storage);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address.port);
        std::memcpy(&v6->sin6_addr, address.ip.bytes.data(), 16);
        made.length = sizeof(sockaddr_in6);
    } else {
        auto* const v4 = reinterpret_cast<sockaddr_in*>(&made.storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(address.port);
        std::memcpy(&v4->sin_addr, address.ip.bytes.data(), 4);
        made.length = sizeof(sockaddr_in);
    }
    return made;
}

std::expected<std::vector<Listener>, std::string> listen_on(const std::vector<SocketAddress>& addresses) {
    std::vector<Listener> listeners;
    for (const SocketAddress& address : addresses) {
        const int family = address.ip.is_v6 ? AF_INET6 : AF_INET;
        Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!bind_and_listen(socket, address, is_v6_only(address, addresses))) {
            const std::string reason = std::generic_category().message(errno);
            return std::unexpected("cannot listen on " + address.text() + ": " + reason);
        }
        const std::uint16_t port = bound_port(socket);
        listeners.push_back({std::move(socket), {address.ip, port}});
    }
    return listeners;
}

}  // namespace mxfleet
