// IP addresses and networks as values. Parsing and printing only; nothing here opens or looks up anything.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mxfleet {

/// An IPv4 or IPv6 address. IPv4 occupies the first four bytes, network order.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v6 = false;

    static IpAddress v4(std::array<std::uint8_t, 4> octets);
    static IpAddress v6(std::array<std::uint8_t, 16> octets);

    /// Strict textual forms only (RFC 4291 §2.2, dotted quad): no zone, no brackets, no octal.
    static std::optional<IpAddress> parse(std::string_view text);

    /// Canonical text (RFC 5952 for IPv6).
    std::string text() const;

    /// The address as an SMTP address literal, RFC 5321 §4.1.3: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
    std::string literal() const;

    /// The number of bits of this family: 32 or 128.
    unsigned width() const { return is_v6 ? 128 : 32; }

    auto operator<=>(const IpAddress&) const = default;
};

/// A network in CIDR form. Host bits are zero.
struct IpNetwork {
    IpAddress base;
    unsigned prefix = 0;

    /// `192.0.2.0/24`, `2001:db8::/32`, or a bare address, which is its own network. Host bits must be zero.
    static std::optional<IpNetwork> parse(std::string_view text);

    bool contains(const IpAddress& address) const;
    std::string text() const;
    auto operator<=>(const IpNetwork&) const = default;
};

/// The network of `address` with that many leading bits: what "the same /24" means. Bounds: prefix ≤ width.
IpNetwork network_of(const IpAddress& address, unsigned prefix);

/// The network that shares politeness limits: /24 for IPv4, /48 for IPv6.
IpNetwork politeness_network(const IpAddress& address);

}  // namespace mxfleet

template <>
struct std::hash<mxfleet::IpAddress> {
    std::size_t operator()(const mxfleet::IpAddress& address) const noexcept {
        const std::string_view view(reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size());
        return std::hash<std::string_view>{}(view) + (address.is_v6 ? 1 : 0);
    }
};

template <>
struct std::hash<mxfleet::IpNetwork> {
    std::size_t operator()(const mxfleet::IpNetwork& network) const noexcept {
        return std::hash<mxfleet::IpAddress>{}(network.base) * 31 + network.prefix;
    }
};
