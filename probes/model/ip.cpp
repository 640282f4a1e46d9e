#include "probes/model/ip.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mxfleet {
namespace {

char* put_octet(char* at, unsigned octet) {
    if (octet >= 100) *at++ = static_cast<char>('0' + octet / 100);
    if (octet >= 10) *at++ = static_cast<char>('0' + octet / 10 % 10);
    *at++ = static_cast<char>('0' + octet % 10);
    return at;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) {
    IpAddress address;
    std::ranges::copy(octets, address.bytes.begin());
    return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> octets) {
    return {octets, true};
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
    const std::string terminated(text);
    IpAddress address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
    address.is_v6 = true;
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (is_v6) return inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
    // A page of metrics has thousands of these, and inet_ntop takes ten times as long for one.
    char* at = buffer.data();
    for (std::size_t octet = 0; octet < 4; ++octet) {
        if (octet > 0) *at++ = '.';
        at = put_octet(at, bytes[octet]);
    }
    return {buffer.data(), at};
}

std::string IpAddress::literal() const {
    return (is_v6 ? "[IPv6:" : "[") + text() + "]";
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == text.npos) return IpNetwork{*address, address->width()};

    const auto digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    const bool padded = digits.size() > 1 && digits.front() == '0';
    if (!whole || padded || prefix > address->width()) return std::nullopt;
    const IpNetwork network = network_of(*address, prefix);
    if (network.base != *address) return std::nullopt;
    return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
    return address.is_v6 == base.is_v6 && network_of(address, prefix).base == base;
}

std::string IpNetwork::text() const {
    return base.text() + "/" + std::to_string(prefix);
}

IpNetwork network_of(const IpAddress& address, unsigned prefix) {
    IpAddress base = address;
    for (unsigned bit = prefix; bit < base.width(); bit += 8 - bit % 8) {
        const auto kept = static_cast<std::uint8_t>(0xff00u >> (bit % 8));
        base.bytes[bit / 8] &= kept;
    }
    return {base, prefix};
}

IpNetwork politeness_network(const IpAddress& address) {
    return network_of(address, address.is_v6 ? 48 : 24);
}

}  // namespace mxfleet
