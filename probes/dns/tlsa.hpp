// Which TLSA records hold for an exchange (RFC 7672 §2.2): the names they may stand at, asked for in their order. Asks
// only where the answers on the way there are secure; judges nothing.
#pragma once

#include <asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/dane/facts.hpp"
#include "probes/dns/facts.hpp"
#include "probes/io/dns_lookup.hpp"

namespace mxfleet {

struct TlsaQuestion {
    std::vector<std::string> bases;  ///< TLSA base domains that may have the records, in the order they are asked
    bool alias_is_in_doubt = false;  ///< whether the base's own CNAME is secure is to be seen first
    std::uint16_t port = 25;
};

struct TlsaReply {
    SharedTlsa tlsa;
    std::optional<std::chrono::seconds> ttl;
};

/// Empty where nobody is to be asked: `tlsa_unasked` is the answer. `mx` is what the MX records are.
std::optional<TlsaQuestion> tlsa_question(const MxExchange& exchange, Dnssec mx, std::uint16_t port);

/// Insecure, or not known.
SharedTlsa tlsa_unasked(const MxExchange& exchange, Dnssec mx);

asio::awaitable<TlsaReply> ask_tlsa(DnsLookup& lookup, TlsaQuestion question);

}  // namespace mxfleet
