// DNS block lists (RFC 5782, CHECKS §7): how one is asked, and what an answer means. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/ip.hpp"
#include "probes/wire/dns_result.hpp"

namespace mxfleet {

/// What a list says of an address.
enum class DnsblAnswer : std::uint8_t { unknown, clean, listed };

/// Whether a list can be believed, by the two entries that every list has to test it with.
enum class ZoneState : std::uint8_t { unknown, usable, unusable };

/// The name that is asked for: `2.0.0.127.dnsbl.example`.
std::string dnsbl_name(const IpAddress& address, std::string_view zone);

/// Listed only by an address in 127.0.0.0/8 that is neither 127.0.0.1, which a list that ended may say of everybody,
/// nor in 127.255.255.0/24, which means that the list does not answer us. NXDOMAIN is clean, all else unknown.
DnsblAnswer assess_listing(const DnsResult& result);

/// `listed_entry` is 127.0.0.2, `clean_entry` 127.0.0.1 (RFC 5782 §5).
ZoneState assess_zone(DnsblAnswer listed_entry, DnsblAnswer clean_entry);

inline constexpr std::size_t dnsbl_zones_limit = 64;

using DnsblZones = std::vector<std::string>;

/// What all lists say of one address, as far as they are usable and it is known. A bit a zone, in their order.
struct Listings {
    std::shared_ptr<const DnsblZones> zones;  ///< never null; shared by the whole fleet
    std::uint64_t known = 0;
    std::uint64_t listed = 0;

    bool operator==(const Listings&) const = default;

    void note(std::size_t zone, DnsblAnswer listing);
    /// Empty while unknown.
    std::optional<bool> is_listed(std::size_t zone) const;
    std::vector<std::string_view> listing_zones() const;
};

}  // namespace mxfleet
