#include "config/address_text.hpp"

#include <algorithm>

#include "config/config_error.hpp"
#include "config/domain_name.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// The address and port of `text`, which names no host. `wanted` ends the message: what would be right.
std::expected<SocketAddress, std::string> parse_address_port(std::string_view text,
                                                             std::optional<std::uint16_t> default_port,
                                                             std::string_view wanted) {
    const auto parts = split_host_port(text);
    if (!parts) return std::unexpected(parts.error());
    const auto ip = IpAddress::parse(parts->host);
    if (!ip || ip->is_v6 < parts->bracketed)
        return wrong(text, "is no address with a port; write " + std::string(wanted));
    const auto port = parts->port ? parts->port : default_port;
    if (!port) return wrong(text, "has no port; write " + std::string(wanted));
    return SocketAddress{*ip, *port};
}

}  // namespace

std::expected<HostPort, std::string> split_host_port(std::string_view text) {
    HostPort parts;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos) return wrong(text, "opens a bracket and does not close it");
        parts.host = text.substr(1, close - 1);
        parts.bracketed = true;
        rest = text.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') return wrong(text, "has something after the bracket that is no port");
    } else if (text.find(':') != text.rfind(':')) {
        parts.host = text;  // several colons and no bracket: an IPv6 address without a port
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        parts.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (rest.empty()) return parts;
    parts.port = whole_number<std::uint16_t>(rest.substr(1));
    if (!parts.port) return wrong(text, "has a port that is no number from 0 to 65535");
    return parts;
}

std::expected<SocketAddress, std::string> parse_listen_address(std::string_view text) {
    const bool any_address = text.starts_with(':') && text.find(':', 1) == text.npos;
    const std::string whole = (any_address ? "[::]" : "") + std::string(text);
    return parse_address_port(whole, std::nullopt, "\"127.0.0.1:9925\", \"[::1]:9925\" or \":9925\"");
}

std::expected<SocketAddress, std::string> parse_resolver(std::string_view text) {
    constexpr std::string_view wanted = "\"192.0.2.53:53\" or \"[2001:db8::53]:53\"; a name cannot be looked up yet";
    auto address = parse_address_port(text, 53, wanted);
    if (address && address->port == 0) return wrong(text, "has port 0, where nothing can listen");
    return address;
}

std::expected<CheckTarget, std::string> parse_check_target(std::string_view text) {
    const auto parts = split_host_port(text);
    if (!parts) return std::unexpected(parts.error());
    auto host = parse_host_or_address(parts->bracketed ? "[" + parts->host + "]" : parts->host);
    if (!host) return std::unexpected(host.error());
    if (parts->port == 0) return wrong(text, "has port 0, where nothing can listen");
    return CheckTarget{*std::move(host), parts->port.value_or(25)};
}

std::string check_target_text(const CheckTarget& target) {
    const bool v6 = target.host.find(':') != target.host.npos;
    return (v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

std::expected<IpNetwork, std::string> parse_network(std::string_view text) {
    if (const auto network = IpNetwork::parse(text)) return *network;
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    const auto prefix = slash == text.npos ? std::nullopt : whole_number<std::uint16_t>(text.substr(slash + 1));
    if (!address || !prefix || *prefix > address->width()) {
        return wrong(text, "is no network; write \"192.0.2.0/24\" or \"2001:db8::/32\"");
    }
    return wrong(text, "has bits set beyond its prefix; did you mean `" + network_of(*address, *prefix).text() + "`?");
}

std::expected<std::string, std::string> parse_host_or_address(std::string_view text) {
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    const auto bare = bracketed ? text.substr(1, text.size() - 2) : text;
    if (const auto ip = IpAddress::parse(bare); ip && ip->is_v6 >= bracketed) return ip->text();
    return normalise_host(text);
}

}  // namespace mxfleet
