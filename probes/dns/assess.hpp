// From DNS answers to facts, step by step (CHECKS §1; RFC 5321 §5.1, RFC 7505). Pure: whoever asks passes the answers
// in.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/dns/facts.hpp"
#include "probes/model/settings.hpp"
#include "probes/wire/dns_result.hpp"

namespace mxfleet {

/// Of two TTLs of which either may not be known.
std::optional<std::chrono::seconds> shorter(std::optional<std::chrono::seconds> a,
                                            std::optional<std::chrono::seconds> b);

/// `first`, an answer to `name` that stops at an alias, continued by what was answered for that alias. A loop, or more
/// than `alias_limit` aliases in all, is `endless`.
DnsResult continued(DnsResult first, DnsResult further, std::string_view name);

/// What the MX answer says, with the addresses still to be looked up. The state is final unless there are exchanges.
/// At most `cap` ≥ 1 exchanges are kept, those of the lowest preferences.
MxFacts assess_mx(std::string_view domain, const DnsResult& result, std::size_t cap);

/// As if `host` were the domain's only exchange.
MxFacts assume_mx(std::string_view domain, std::string host);

/// As if `ip`, which somebody typed, were the only address of the domain's only exchange. It is no name that DNS could
/// have aimed at us: only `deny_networks` holds.
MxFacts assume_address(std::string_view domain, const IpAddress& ip, const TargetSettings& targets);

/// Whether the exchange's name is a host's, whose addresses are to be looked up.
bool wants_addresses(const MxExchange& exchange);

/// What matters of an A or AAAA answer, in little room.
struct AddressAnswer {
    std::vector<IpAddress> addresses;  ///< in order, none twice, at most the cap
    std::size_t dropped = 0;
    std::optional<DnsError> error = DnsError::local_fault;
    bool is_nxdomain = false;
    std::optional<std::string> alias_of;
    Dnssec dnssec = Dnssec::unknown;
    std::optional<std::chrono::seconds> ttl;

    bool operator==(const AddressAnswer&) const = default;
};

AddressAnswer assess_addresses(const DnsResult& result, std::size_t cap);

/// Adds what both answers say. An error of one family is no statement about the exchange unless the other family has an
/// address: broken servers answer NXDOMAIN to AAAA where there is an A (RFC 4074 §4.2), so that proves nothing alone.
/// The addresses of a local name are refused unless `allow_networks` holds them.
void assess_exchange(MxExchange& exchange, const AddressAnswer& a, const AddressAnswer& aaaa,
                     const TargetSettings& targets);

/// The state, once every exchange is assessed; keeps at most `cap` addresses, those of the lowest preferences.
void conclude(MxFacts& facts, std::size_t cap);

}  // namespace mxfleet
