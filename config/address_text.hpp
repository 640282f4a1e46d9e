// Addresses with ports as people write them, for the configuration file and for command-line flags. Never looks
// anything up: where an address is wanted, a host name is an error.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace mxfleet {

/// What stands before and after the colon. `host` has lost its brackets; `port` is empty where none was given.
struct HostPort {
    std::string host;
    std::optional<std::uint16_t> port;
    bool bracketed = false;  ///< what stood in brackets is an IPv6 address or nothing

    bool operator==(const HostPort&) const = default;
};

/// `host`, `host:25`, `192.0.2.1:25`, `[2001:db8::1]:25`, `2001:db8::1`, `:25`. Bounds: port 0 to 65535. The host is
/// not judged.
std::expected<HostPort, std::string> split_host_port(std::string_view text);

/// Where to listen: `127.0.0.1:9925`, `[::1]:9925`, or `:9925` for every address of the machine, which is `[::]`.
/// The port must be there; 0 lets the system choose.
std::expected<SocketAddress, std::string> parse_listen_address(std::string_view text);

/// A resolver: an address, with port 53 unless another is given (not 0).
std::expected<SocketAddress, std::string> parse_resolver(std::string_view text);

/// A server to talk SMTP to: a host name or an address, with port 25 unless another is given (not 0). The host is
/// normalised.
std::expected<CheckTarget, std::string> parse_check_target(std::string_view text);
std::string check_target_text(const CheckTarget& target);

/// A network in CIDR form; says which network it would be where host bits are set.
std::expected<IpNetwork, std::string> parse_network(std::string_view text);

/// A host name, normalised, or an IP address, in its canonical form and without brackets.
std::expected<std::string, std::string> parse_host_or_address(std::string_view text);

}  // namespace mxfleet
