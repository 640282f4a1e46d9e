// Asks DNS what others make of an address. Judges nothing; gives no name from DNS to anybody but DNS. It ends because
// every lookup does.
#pragma once

#include <asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "probes/io/dns_lookup.hpp"
#include "probes/reputation/dnsbl.hpp"
#include "probes/reputation/reverse_dns.hpp"

namespace mxfleet {

struct ReverseLookup {
    ReverseDns facts;
    std::optional<std::chrono::seconds> ttl;  ///< of the PTR records, or of their absence
};

/// The PTR records, and the addresses of their names one after the other, until one is the address. `lookup` outlives
/// the call, as for the others here.
asio::awaitable<ReverseLookup> look_up_reverse(DnsLookup& lookup, IpAddress address);

/// One question.
asio::awaitable<DnsblAnswer> look_up_listing(DnsLookup& lookup, IpAddress address, std::string zone);

/// Two questions.
asio::awaitable<ZoneState> test_zone(DnsLookup& lookup, std::string zone);

}  // namespace mxfleet
