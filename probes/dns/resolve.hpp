// Asks DNS where a domain's mail goes: the MX, then the addresses of all exchanges, a few at a time. Judges nothing,
// and gives no name from DNS to anybody but DNS. It ends because every lookup does.
#pragma once

#include <asio/awaitable.hpp>
#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "probes/dns/facts.hpp"
#include "probes/io/dns_lookup.hpp"
#include "probes/model/settings.hpp"

namespace mxfleet {

struct ResolveSettings {
    std::size_t max_endpoints =
        SmtpSettings{}.max_endpoints_per_domain;  ///< ≥ 1; of exchanges, and of addresses in all
    TargetSettings targets;
};

/// The facts of `domain`, a lower-case A-label without trailing dot. SERVFAIL is asked again with checking disabled,
/// which makes it bogus if that gives an answer. `lookup` outlives the call.
asio::awaitable<MxFacts> resolve_mx(DnsLookup& lookup, std::string domain, ResolveSettings settings);

/// The same without an MX lookup, as if `host` were the domain's only exchange.
asio::awaitable<MxFacts> resolve_host(DnsLookup& lookup, std::string domain, std::string host,
                                      ResolveSettings settings);

/// The answer for one name and type, going on where a resolver stopped at an alias. SERVFAIL is asked again likewise.
asio::awaitable<DnsResult> resolve(DnsLookup& lookup, std::string name, RecordType type);

/// The TXT records at a name; none if there are none.
asio::awaitable<std::expected<std::vector<TxtRecord>, DnsError>> resolve_txt(DnsLookup& lookup, std::string name);

}  // namespace mxfleet
