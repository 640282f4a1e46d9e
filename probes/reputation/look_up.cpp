#include "probes/reputation/look_up.hpp"

#include <algorithm>
#include <vector>

#include "probes/dns/ask.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

/// An exchange may have more addresses than that; whose reverse name it is has few.
constexpr std::size_t addresses_looked_at = 64;

using Ttl = std::optional<std::chrono::seconds>;

Ttl ttl_of(const DnsResult& result) {
    if (!result.answer) return std::nullopt;
    const Ttl ttl = result.answer->ttl;
    const Ttl negative = result.answer->negative_ttl;
    if (!ttl || !negative) return ttl ? ttl : negative;
    return std::min(*ttl, *negative);
}

bool has(const AddressAnswer& answer, const IpAddress& address) {
    return std::ranges::find(answer.addresses, address) != answer.addresses.end();
}

}  // namespace

asio::awaitable<ReverseLookup> look_up_reverse(DnsLookup& lookup, IpAddress address) {
    const DnsResult ptr = co_await ask(lookup, reverse_name(address), RecordType::ptr);
    std::vector<AddressAnswer> forward;
    for (const std::string& name : reverse_names(ptr)) {
        AddressAnswer answer;
        if (is_host_name(name)) {
            const DnsResult result = co_await ask(lookup, name, address.is_v6 ? RecordType::aaaa : RecordType::a);
            answer = assess_addresses(result, addresses_looked_at);
        }
        forward.push_back(std::move(answer));
        if (has(forward.back(), address)) break;
    }
    co_return ReverseLookup{assess_reverse(address, ptr, forward), ttl_of(ptr)};
}

asio::awaitable<DnsblAnswer> look_up_listing(DnsLookup& lookup, IpAddress address, std::string zone) {
    // A list that fails is not asked a second time without validation: it is one question.
    const DnsFlags flags;
    const DnsResult result = co_await lookup.query(dnsbl_name(address, zone), RecordType::a, flags);
    co_return assess_listing(result);
}

asio::awaitable<ZoneState> test_zone(DnsLookup& lookup, std::string zone) {
    const IpAddress two = IpAddress::v4({127, 0, 0, 2});
    const IpAddress one = IpAddress::v4({127, 0, 0, 1});
    const DnsblAnswer listed_entry = co_await look_up_listing(lookup, two, zone);
    const DnsblAnswer clean_entry = co_await look_up_listing(lookup, one, zone);
    co_return assess_zone(listed_entry, clean_entry);
}

}  // namespace mxfleet
