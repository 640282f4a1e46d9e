// A listening TCP socket, and addresses as the system writes them.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <expected>
#include <string>
#include <vector>

#include "agent/web/descriptor.hpp"
#include "probes/model/settings.hpp"

namespace mxfleet {

struct Listener {
    Descriptor socket;
    SocketAddress address;  ///< with the port that was chosen for port 0
};

/// Listens on each of the addresses, or says which one it cannot listen on, and why. `[::]` takes IPv4 too, unless
/// `0.0.0.0` with the same port is among them.
std::expected<std::vector<Listener>, std::string> listen_on(const std::vector<SocketAddress>& addresses);

/// An address as bind and connect take it.
struct SystemAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(storage);

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SystemAddress system_address(const SocketAddress& address);

}  // namespace mxfleet
