// Where DNS says that a domain's mail goes, and what of it we know: plain facts. Nothing in them judges.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/dane/facts.hpp"
#include "probes/model/ip.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/model/time.hpp"
#include "probes/wire/address_policy.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet {

/// INTERFACE §4's mx.state. `unknown` is both "the MX lookup failed" (no exchanges) and "nothing usable is known, and
/// the addresses of an exchange could not be looked up": neither says that mail cannot be delivered, and in both the
/// last good set is the better knowledge.
enum class MxState : std::uint8_t {
    explicit_,    ///< MX records, and an exchange that can be used, or that only our own `deny_networks` forbids
    implicit,     ///< no MX: the domain itself is the exchange
    null,         ///< takes no mail (RFC 7505)
    none_usable,  ///< no exchange has an address that mail can be sent to
    nxdomain,
    unknown,
};
inline constexpr std::size_t mx_state_count = 6;

enum class ExchangeState : std::uint8_t {
    ok,                 ///< has addresses that may be probed, whatever the cap left of them
    not_found,          ///< NXDOMAIN
    no_address,         ///< exists, and has no address, or its aliases lead nowhere
    unknown,            ///< no address is known, and a lookup failed
    ip_literal,         ///< an address in text; never dialled
    refused_by_policy,  ///< all its addresses are refused, or its name is no host name
};

std::string_view name(MxState state) noexcept;
std::string_view name(ExchangeState state) noexcept;

/// RFC 2181 §8: at most 2^31 - 1.
using TtlSeconds = std::chrono::duration<std::int32_t>;

/// An address that is not dialled, and why.
struct RefusedAddress {
    IpAddress ip;
    AddressVerdict verdict;

    bool operator==(const RefusedAddress&) const = default;
};

struct MxExchange {
    SharedText name;  ///< as published: lower case, no trailing dot, escaped; the identity for SNI and certificates
    std::uint16_t preference = 0;
    ExchangeState state = ExchangeState::unknown;
    Dnssec dnssec = Dnssec::unknown;  ///< of the address records, both families
    std::optional<DnsError> a_error;  ///< why its IPv4 addresses are not known
    std::optional<DnsError> aaaa_error;
    std::vector<IpAddress> addresses;     ///< that may be probed: IPv4 first, each family in order, no address twice
    std::vector<RefusedAddress> refused;  ///< published as well
    SharedText alias_of;                  ///< where its aliases lead; empty: it is no alias
    std::optional<TtlSeconds> ttl;
    SharedTlsa tlsa;  ///< as a sender to this domain finds them; null: not known

    bool operator==(const MxExchange&) const = default;

    std::optional<DnsError> error() const { return a_error ? a_error : aaaa_error; }

    bool has_refused(AddressVerdict::Kind kind) const {
        return std::ranges::any_of(refused, [kind](const auto& each) { return each.verdict.kind == kind; });
    }
};

/// A fleet keeps one for each domain: the order leaves no gaps.
struct MxFacts {
    SharedText domain;
    Duration lookup{};                    ///< the MX lookup
    SharedText resolver;                  ///< who answered it
    SharedText alias_of;                  ///< where the domain's own aliases lead; empty: it is no alias
    std::vector<MxExchange> exchanges;    ///< each name once; lowest preference first, then by name
    std::vector<std::string> duplicates;  ///< exchanges named by more than one record

    std::optional<TtlSeconds> ttl;           ///< of the MX records, or of their absence
    std::optional<TtlSeconds> shortest_ttl;  ///< of everything these facts rest on
    std::uint32_t dropped_addresses = 0;     ///< over the cap; not probed
    std::uint16_t records = 0;            ///< MX records published, the null MX included; a message has room for 6,000
    std::uint16_t dropped_exchanges = 0;  ///< over the cap; not looked up
    MxState state = MxState::unknown;
    std::optional<DnsError> error;  ///< why the state is unknown
    Dnssec dnssec = Dnssec::unknown;
    bool is_implicit = false;     ///< there is no MX record, whatever became of the state
    bool null_mixed = false;      ///< a null MX beside others
    bool null_malformed = false;  ///< a null MX with another preference than 0

    bool operator==(const MxFacts&) const = default;
};
static_assert(sizeof(MxFacts) <= 112, "with its count of holders it fits a block of 128 bytes");

}  // namespace mxfleet
