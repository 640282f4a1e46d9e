#include "probes/wire/address_policy.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mxfleet {
namespace {

struct NetworkRow {
    IpAddress base;
    unsigned prefix;
    std::string_view name;

    bool holds(const IpAddress& address) const { return IpNetwork{base, prefix}.contains(address); }
};

constexpr IpAddress v4(std::uint8_t a, std::uint8_t b = 0, std::uint8_t c = 0) {
    return {{a, b, c}, false};
}

/// The first four groups; the others are zero.
constexpr IpAddress v6(std::uint16_t a, std::uint16_t b = 0, std::uint16_t c = 0, std::uint16_t d = 0) {
    IpAddress address{{}, true};
    std::size_t at = 0;
    for (const std::uint16_t group : {a, b, c, d}) {
        address.bytes[at++] = static_cast<std::uint8_t>(group >> 8);
        address.bytes[at++] = static_cast<std::uint8_t>(group & 0xFF);
    }
    return address;
}

constexpr IpAddress with_last_byte(IpAddress address, std::uint8_t last) {
    address.bytes[15] = last;
    return address;
}

/// ::ffff:0:0, RFC 4291 §2.5.5.2.
constexpr IpAddress mapped_base() {
    IpAddress address{{}, true};
    address.bytes[10] = address.bytes[11] = 0xFF;
    return address;
}

/// Networks in which no public mail server can be (IANA's special-purpose registries, RFC 6890). The first that holds
/// an address names it.
constexpr auto special_networks = std::to_array<NetworkRow>({
    {v4(0), 8, "this host"},                      // RFC 791 §3.2
    {v4(10), 8, "private use"},                   // RFC 1918
    {v4(100, 64), 10, "carrier-grade NAT"},       // RFC 6598
    {v4(127), 8, "loopback"},                     // RFC 1122 §3.2.1.3
    {v4(169, 254), 16, "link local"},             // RFC 3927
    {v4(172, 16), 12, "private use"},             // RFC 1918
    {v4(192, 0, 0), 24, "protocol assignments"},  // RFC 6890 §2.1
    {v4(192, 0, 2), 24, "documentation"},         // RFC 5737
    {v4(192, 168), 16, "private use"},            // RFC 1918
    {v4(198, 18), 15, "benchmarking"},            // RFC 2544
    {v4(198, 51, 100), 24, "documentation"},      // RFC 5737
    {v4(203, 0, 113), 24, "documentation"},       // RFC 5737
    {v4(224), 4, "multicast"},                    // RFC 5771
    {v4(240), 4, "reserved"},                     // RFC 1112 §4, with 255.255.255.255
    {v6(0), 128, "unspecified"},                  // RFC 4291 §2.5.2
    {with_last_byte(v6(0), 1), 128, "loopback"},  // RFC 4291 §2.5.3
    {v6(0x0100), 64, "discard only"},             // RFC 6666
    {v6(0x2001, 0x0002), 48, "benchmarking"},     // RFC 5180
    {v6(0x2001, 0x0db8), 32, "documentation"},    // RFC 3849
    {v6(0x3fff), 20, "documentation"},            // RFC 9637
    {v6(0xfc00), 7, "unique local"},              // RFC 4193
    {v6(0xfe80), 10, "link local"},               // RFC 4291 §2.5.6
    {v6(0xfec0), 10, "site local"},               // RFC 3879
    {v6(0xff00), 8, "multicast"},                 // RFC 4291 §2.7
});

/// Where in an IPv6 address of some network an IPv4 address lies: a packet to the one ends up at the other.
struct EmbeddingRow {
    NetworkRow network;
    std::array<std::uint8_t, 4> at;  ///< which bytes
    bool inverted = false;           ///< every bit is flipped (Teredo's client)
    bool maybe = false;              ///< one of several layouts: 0.x.x.x means that it is another one

    IpAddress take(const IpAddress& address) const {
        IpAddress inner;
        for (std::size_t byte = 0; byte < at.size(); ++byte) {
            inner.bytes[byte] = static_cast<std::uint8_t>(address.bytes[at[byte]] ^ (inverted ? 0xFF : 0));
        }
        return inner;
    }
};

constexpr NetworkRow mapped{mapped_base(), 96, "IPv4-mapped"};         // RFC 4291 §2.5.5.2
constexpr NetworkRow compatible{v6(0), 96, "IPv4-compatible"};         // RFC 4291 §2.5.5.1
constexpr NetworkRow nat64{v6(0x0064, 0xff9b), 96, "NAT64"};           // RFC 6052
constexpr NetworkRow local_nat64{v6(0x0064, 0xff9b, 1), 48, "NAT64"};  // RFC 8215
constexpr NetworkRow six_to_four{v6(0x2002), 16, "6to4"};              // RFC 3056
constexpr NetworkRow teredo{v6(0x2001), 32, "Teredo"};                 // RFC 4380 §4

/// RFC 8215 leaves the prefix length inside its /48 to the operator: all four layouts of RFC 6052 §2.2 are looked at.
constexpr auto embeddings = std::to_array<EmbeddingRow>({
    {mapped, {12, 13, 14, 15}},
    {compatible, {12, 13, 14, 15}},
    {nat64, {12, 13, 14, 15}},
    {local_nat64, {12, 13, 14, 15}},
    {local_nat64, {9, 10, 11, 12}, false, true},
    {local_nat64, {7, 9, 10, 11}, false, true},
    {local_nat64, {6, 7, 9, 10}, false, true},
    {six_to_four, {2, 3, 4, 5}},
    {teredo, {4, 5, 6, 7}},
    {teredo, {12, 13, 14, 15}, true},
});

/// An address to be judged, and what it was found inside; empty for the address itself.
struct Judged {
    IpAddress address;
    std::string_view inside;
};

std::vector<Judged> with_embedded(const IpAddress& address) {
    std::vector<Judged> judged{{address, {}}};
    for (const EmbeddingRow& row : embeddings) {
        if (!row.network.holds(address)) continue;
        const IpAddress found = row.take(address);
        if (!row.maybe || found.bytes[0] != 0) judged.push_back({found, row.network.name});
    }
    return judged;
}

bool holds(std::span<const IpNetwork> networks, const IpAddress& address) {
    return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

/// The system opens an IPv4 connection for an IPv4-mapped address.
IpAddress as_dialled(const IpAddress& address) {
    return mapped.holds(address) ? embeddings.front().take(address) : address;
}

}  // namespace

std::string_view name(AddressVerdict::Kind kind) noexcept {
    switch (kind) {
        case AddressVerdict::Kind::allowed: return "allowed";
        case AddressVerdict::Kind::reserved: return "reserved";
        case AddressVerdict::Kind::denied: return "denied";
    }
    __builtin_unreachable();
}

AddressVerdict judge(const IpAddress& address, std::span<const IpNetwork> allow, std::span<const IpNetwork> deny) {
    const std::vector<Judged> judged = with_embedded(address);
    const auto is_denied = [&](const Judged& each) { return holds(deny, each.address); };
    if (std::ranges::any_of(judged, is_denied)) return {AddressVerdict::Kind::denied, {}, {}};
    if (holds(allow, address) || holds(allow, as_dialled(address))) return {};

    for (const auto& [each, inside] : judged) {
        const auto holds_it = [&](const NetworkRow& network) { return network.holds(each); };
        const auto row = std::ranges::find_if(special_networks, holds_it);
        if (row != special_networks.end()) return {AddressVerdict::Kind::reserved, row->name, inside};
    }
    return {};
}

}  // namespace mxfleet
