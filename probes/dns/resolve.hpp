// Asks DNS where a domain's mail goes: the MX, then the addresses of all exchanges, and their TLSA records where
// all that is secure; a few at a time. Judges nothing,
// and gives no name from DNS to anybody but DNS. It ends because every lookup does.
#pragma once

#include <asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
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
    std::optional<std::uint16_t> tlsa_port = std::nullopt;  ///< whose TLSA records are asked for; empty: nobody's
};

/// The facts of `domain`, a lower-case A-label without trailing dot. SERVFAIL is asked again with checking disabled,
/// which makes it bogus if that gives an answer. `lookup` outlives the call.
asio::awaitable<MxFacts> resolve_mx(DnsLookup& lookup, std::string domain, ResolveSettings settings);

/// The same without an MX lookup, as if `host` were the domain's only exchange.
asio::awaitable<MxFacts> resolve_host(DnsLookup& lookup, std::string domain, std::string host,
                                      ResolveSettings settings);

struct TxtAnswer {
    std::vector<TxtRecord> records;           ///< none if there are none
    std::optional<std::chrono::seconds> ttl;  ///< of the records, or of their absence
};

/// The TXT records at a name.
asio::awaitable<std::expected<TxtAnswer, DnsError>> resolve_txt(DnsLookup& lookup, std::string name);

}  // namespace mxfleet
