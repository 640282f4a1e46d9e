#include "probes/reputation/dnsbl.hpp"

#include <algorithm>

#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

bool is_entry(const IpAddress& value) {
    const auto& octets = value.bytes;
    const bool is_loopback = !value.is_v6 && octets[0] == 127;
    const bool is_error = octets[1] == 255 && octets[2] == 255;
    return is_loopback && !is_error && value != IpAddress::v4({127, 0, 0, 1});
}

constexpr std::uint64_t bit(std::size_t zone) {
    return std::uint64_t{1} << zone;
}

}  // namespace

std::string dnsbl_name(const IpAddress& address, std::string_view zone) {
    return reversed_labels(address).append(".").append(zone);
}

DnsblAnswer assess_listing(const DnsResult& result) {
    if (result.is_nxdomain()) return DnsblAnswer::clean;
    if (!result.answer) return DnsblAnswer::unknown;
    const auto values = records_of<IpAddress>(*result.answer);
    return std::ranges::any_of(values, is_entry) ? DnsblAnswer::listed : DnsblAnswer::unknown;
}

ZoneState assess_zone(DnsblAnswer listed_entry, DnsblAnswer clean_entry) {
    if (listed_entry == DnsblAnswer::clean || clean_entry == DnsblAnswer::listed) return ZoneState::unusable;
    const bool is_as_it_should = listed_entry == DnsblAnswer::listed && clean_entry == DnsblAnswer::clean;
    return is_as_it_should ? ZoneState::usable : ZoneState::unknown;
}

void Listings::note(std::size_t zone, DnsblAnswer listing) {
    if (listing == DnsblAnswer::unknown) return;  // what was known ages
    known |= bit(zone);
    listed = listing == DnsblAnswer::listed ? listed | bit(zone) : listed & ~bit(zone);
}

std::optional<bool> Listings::is_listed(std::size_t zone) const {
    if ((known & bit(zone)) == 0) return std::nullopt;
    return (listed & bit(zone)) != 0;
}

std::vector<std::string_view> Listings::listing_zones() const {
    std::vector<std::string_view> names;
    for (std::size_t zone = 0; zone < zones->size(); ++zone) {
        if (is_listed(zone) == true) names.push_back((*zones)[zone]);
    }
    return names;
}

}  // namespace mxfleet
