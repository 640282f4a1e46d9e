#include "tests/lab/fleet.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mxfleet::lab {
namespace {

// An address is 127, two bits for the kind, 14 bits for the network and 8 for the host. The low bits of the index
// choose the network, so that neighbours are apart.
constexpr unsigned network_bits = 14;
constexpr std::uint32_t plain_base = 0x7f400000;
constexpr std::uint32_t tls_base = 0x7f800000;
constexpr std::uint32_t kind_mask = 0xffc00000;

std::size_t size_of(bool tls, FleetSize size) {
    return tls ? size.tls : size.plain;
}

std::optional<std::size_t> index_of(std::string_view digits) {
    constexpr std::size_t width = 6;
    std::size_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (digits.size() != width || error != std::errc() || rest != end) return std::nullopt;
    return value;
}

}  // namespace

std::string domain_of(Member member) {
    return fmt::format("d{:06}.{}", member.index, member.tls ? tls_fleet_zone : plain_fleet_zone);
}

std::string exchange_of(Member member) {
    return fmt::format("mx{:06}.{}", member.index, member.tls ? tls_fleet_zone : plain_fleet_zone);
}

asio::ip::address_v4 address_of(Member member) {
    const auto index = static_cast<std::uint32_t>(member.index);
    const std::uint32_t network = index & ((1u << network_bits) - 1);
    const std::uint32_t host = (index >> network_bits) + 1;
    return asio::ip::address_v4((member.tls ? tls_base : plain_base) | network << 8 | host);
}

std::optional<Member> member_at(asio::ip::address_v4 address, FleetSize size) {
    const std::uint32_t bits = address.to_uint();
    const std::uint32_t kind = bits & kind_mask;
    const std::uint32_t host = bits & 0xff;
    if ((kind != plain_base && kind != tls_base) || host == 0) return std::nullopt;
    const Member member{kind == tls_base, (bits >> 8 & ((1u << network_bits) - 1)) | (host - 1) << network_bits};
    if (member.index >= size_of(member.tls, size)) return std::nullopt;
    return member;
}

std::optional<FleetName> fleet_name(std::string_view name, FleetSize size) {
    const auto dot = name.find('.');
    if (dot == name.npos) return std::nullopt;
    const auto zone = name.substr(dot + 1);
    if (zone != plain_fleet_zone && zone != tls_fleet_zone) return std::nullopt;
    const bool is_exchange = name.starts_with("mx");
    if (!is_exchange && !name.starts_with("d")) return std::nullopt;
    const auto prefix = is_exchange ? std::size_t{2} : std::size_t{1};
    const auto index = index_of(name.substr(prefix, dot - prefix));
    const bool tls = zone == tls_fleet_zone;
    if (!index || *index >= size_of(tls, size)) return std::nullopt;
    return FleetName{{tls, *index}, is_exchange};
}

}  // namespace mxfleet::lab
