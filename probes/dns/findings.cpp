#include "probes/dns/findings.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "probes/model/words.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

using Seen = std::optional<std::string>;

/// A finding's code, and what was seen if it holds.
struct DomainRow {
    FindingCode code;
    Seen (*see)(const MxFacts&, const MxExpectation&);
};

struct ExchangeRow {
    FindingCode code;
    Seen (*see)(const MxExchange&, const MxFacts&);
    std::optional<Severity> severity = std::nullopt;  ///< where it is not the code's own
};

std::string in_backticks(std::string_view name) {
    return "`" + std::string(name) + "`";
}

bool is_about_them(std::optional<DnsError> error) {
    return error && *error != DnsError::bogus && !is_our_own(*error);
}

// ---- The domain -----------------------------------------------------------------------------------------------------

/// The state that the MX answer alone gives.
MxState published_state(const MxFacts& facts) {
    if (facts.state != MxState::unknown || facts.exchanges.empty()) return facts.state;
    return facts.is_implicit ? MxState::implicit : MxState::explicit_;
}

/// Mail goes somewhere, and nothing about where is left open.
bool is_settled(const MxFacts& facts) {
    const bool receives = facts.state == MxState::explicit_ || facts.state == MxState::implicit;
    const bool is_whole = facts.dropped_exchanges == 0 && facts.dropped_addresses == 0;
    return receives && is_whole &&
           std::ranges::none_of(facts.exchanges, [](const auto& each) { return each.error().has_value(); });
}

/// An address where mail can go: one we may probe, or one that only we will not.
std::vector<IpAddress> deliverable_addresses(const MxExchange& exchange) {
    std::vector<IpAddress> addresses = exchange.addresses;
    for (const RefusedAddress& refused : exchange.refused) {
        if (refused.verdict.kind == AddressVerdict::Kind::denied) addresses.push_back(refused.ip);
    }
    return addresses;
}

std::size_t count_addresses(const MxFacts& facts, bool is_v6) {
    std::size_t count = 0;
    for (const MxExchange& exchange : facts.exchanges) {
        const auto addresses = deliverable_addresses(exchange);
        count += static_cast<std::size_t>(std::ranges::count(addresses, is_v6, &IpAddress::is_v6));
    }
    return count;
}

std::vector<std::string> exchange_names(const MxFacts& facts) {
    std::vector<std::string> names;
    names.reserve(facts.exchanges.size());
    for (const MxExchange& exchange : facts.exchanges)
        names.push_back(exchange.name);
    return names;
}

Seen domain_not_found(const MxFacts& facts, const MxExpectation&) {
    if (facts.state != MxState::nxdomain) return std::nullopt;
    if (!facts.alias_of.empty()) return "NXDOMAIN: an alias of " + facts.alias_of + ", which does not exist";
    return "NXDOMAIN: the name does not exist";
}

Seen no_usable_mx(const MxFacts& facts, const MxExpectation&) {
    if (facts.state != MxState::none_usable) return std::nullopt;
    if (facts.is_implicit) return "no MX record, and no usable address of its own";
    return "none of " + counted(facts.exchanges.size(), "exchange", "exchanges") +
           " has a usable address: " + listed(exchange_names(facts));
}

/// What DNS says instead of what was expected; empty if that is right.
Seen unexpected_kind(const MxFacts& facts, MxExpectation::Kind expected) {
    using Kind = MxExpectation::Kind;
    const MxState state = published_state(facts);
    const bool takes_none = state == MxState::null || state == MxState::nxdomain || state == MxState::none_usable;
    if (expected == Kind::mail && takes_none)
        return "mail is expected to be taken, the MX is " + std::string(name(state));
    if (expected != Kind::null_mx || state == MxState::null) return std::nullopt;
    return "a null MX is expected, the MX is " + std::string(name(state));
}

Seen unexpected_exchanges(const MxFacts& facts, const std::vector<std::string>& expected) {
    if (expected.empty()) return std::nullopt;
    const std::set<std::string> wanted(expected.begin(), expected.end());
    const std::vector<std::string> names = exchange_names(facts);
    const std::set<std::string> published(names.begin(), names.end());
    if (wanted == published && facts.dropped_exchanges == 0) return std::nullopt;
    const std::string has = published.empty() ? std::string(name(facts.state)) : listed(published);
    return "expected " + listed(wanted) + ", published " + has;
}

Seen mx_unexpected(const MxFacts& facts, const MxExpectation& expected) {
    if (published_state(facts) == MxState::unknown) return std::nullopt;
    if (auto seen = unexpected_kind(facts, expected.kind)) return seen;
    return unexpected_exchanges(facts, expected.exchanges);
}

Seen lookup_failed(const MxFacts& facts, const MxExpectation&) {
    if (published_state(facts) != MxState::unknown || !is_about_them(facts.error)) return std::nullopt;
    return "MX lookup: " + std::string(name(*facts.error));
}

Seen dnssec_bogus(const MxFacts& facts, const MxExpectation&) {
    if (facts.dnssec != Dnssec::bogus) return std::nullopt;
    return "MX lookup: SERVFAIL, and an answer when checking is disabled";
}

Seen null_mx(const MxFacts& facts, const MxExpectation&) {
    if (facts.state != MxState::null) return std::nullopt;
    return "null MX: takes no mail";
}

Seen null_mx_mixed(const MxFacts& facts, const MxExpectation&) {
    if (!facts.null_mixed) return std::nullopt;
    return "`.` beside " + listed(exchange_names(facts));
}

Seen null_mx_malformed(const MxFacts& facts, const MxExpectation&) {
    if (!facts.null_malformed) return std::nullopt;
    return "`.` with another preference than 0";
}

Seen mx_ipv6_only(const MxFacts& facts, const MxExpectation&) {
    if (!is_settled(facts) || count_addresses(facts, false) > 0) return std::nullopt;
    return counted(count_addresses(facts, true), "IPv6 address", "IPv6 addresses") + ", no IPv4 address";
}

Seen mx_no_ipv6(const MxFacts& facts, const MxExpectation&) {
    if (!is_settled(facts) || count_addresses(facts, true) > 0) return std::nullopt;
    return counted(count_addresses(facts, false), "IPv4 address", "IPv4 addresses") + ", no IPv6 address";
}

Seen implicit_mx(const MxFacts& facts, const MxExpectation&) {
    if (facts.state != MxState::implicit) return std::nullopt;
    return "no MX record: mail goes to the address of " + facts.exchanges.front().name;
}

/// The first address that more than one exchange has.
Seen shared_address(const MxFacts& facts) {
    std::map<IpAddress, std::string> first;
    for (const MxExchange& exchange : facts.exchanges) {
        for (const IpAddress& address : deliverable_addresses(exchange)) {
            const auto [place, is_new] = first.emplace(address, exchange.name);
            if (!is_new && place->second != exchange.name) {
                return place->second + " and " + exchange.name + " are both " + address.text();
            }
        }
    }
    return std::nullopt;
}

Seen mx_duplicate(const MxFacts& facts, const MxExpectation&) {
    if (!facts.duplicates.empty()) return "named more than once: " + listed(facts.duplicates);
    return shared_address(facts);
}

Seen single_endpoint(const MxFacts& facts, const MxExpectation&) {
    if (!is_settled(facts) || count_addresses(facts, false) + count_addresses(facts, true) != 1) return std::nullopt;
    return "one exchange, one address";
}

Seen too_many_endpoints(const MxFacts& facts, const MxExpectation&) {
    if (facts.dropped_addresses == 0 && facts.dropped_exchanges == 0) return std::nullopt;
    std::vector<std::string> left_out;
    if (facts.dropped_exchanges > 0) left_out.push_back(counted(facts.dropped_exchanges, "exchange", "exchanges"));
    if (facts.dropped_addresses > 0) left_out.push_back(counted(facts.dropped_addresses, "address", "addresses"));
    return listed(left_out) + " not probed: over `smtp.max_endpoints_per_domain`";
}

constexpr auto domain_rows = std::to_array<DomainRow>({
    {"dns.domain_not_found", domain_not_found},
    {"dns.no_usable_mx", no_usable_mx},
    {"dns.mx_unexpected", mx_unexpected},
    {"dns.dnssec_bogus", dnssec_bogus},
    {"dns.lookup_failed", lookup_failed},
    {"dns.null_mx_mixed", null_mx_mixed},
    {"dns.null_mx_malformed", null_mx_malformed},
    {"dns.mx_ipv6_only", mx_ipv6_only},
    {"dns.too_many_endpoints", too_many_endpoints},
    {"dns.null_mx", null_mx},
    {"dns.implicit_mx", implicit_mx},
    {"dns.mx_duplicate", mx_duplicate},
    {"dns.mx_no_ipv6", mx_no_ipv6},
    {"dns.single_endpoint", single_endpoint},
});

// ---- Its exchanges --------------------------------------------------------------------------------------------------

Seen invalid_name(const MxExchange& exchange, const MxFacts&) {
    if (exchange.state == ExchangeState::ip_literal || is_host_name(exchange.name)) return std::nullopt;
    return "no host can be called " + in_backticks(exchange.name);
}

Seen mx_is_cname(const MxExchange& exchange, const MxFacts& facts) {
    if (facts.is_implicit || exchange.alias_of.empty()) return std::nullopt;
    return exchange.name + " is an alias of " + exchange.alias_of;
}

Seen mx_is_ip_literal(const MxExchange& exchange, const MxFacts&) {
    if (exchange.state != ExchangeState::ip_literal) return std::nullopt;
    return in_backticks(exchange.name) + " is an address, not a host name";
}

Seen mx_target_not_found(const MxExchange& exchange, const MxFacts& facts) {
    if (facts.is_implicit || exchange.state != ExchangeState::not_found) return std::nullopt;
    return exchange.name + ": NXDOMAIN";
}

Seen mx_target_no_address(const MxExchange& exchange, const MxFacts& facts) {
    if (facts.is_implicit || exchange.state != ExchangeState::no_address) return std::nullopt;
    return exchange.name + " has neither an A nor an AAAA record";
}

std::string refusal(const RefusedAddress& refused) {
    std::string text = refused.ip.text() + " (" + std::string(refused.verdict.network);
    if (!refused.verdict.inside.empty()) text += ", inside " + std::string(refused.verdict.inside);
    return text + ")";
}

/// A local name is said so even if it leads nowhere, unless `allow_networks` holds what it leads to.
Seen mx_private_address(const MxExchange& exchange, const MxFacts&) {
    std::vector<std::string> refusals;
    for (const RefusedAddress& refused : exchange.refused) {
        if (refused.verdict.kind == AddressVerdict::Kind::reserved) refusals.push_back(refusal(refused));
    }
    if (!refusals.empty()) return exchange.name + ": " + listed(refusals);
    if (!is_host_name(exchange.name) || exchange.state == ExchangeState::ip_literal) return std::nullopt;
    if (!is_local_name(exchange.name) || exchange.state == ExchangeState::ok) return std::nullopt;
    return in_backticks(exchange.name) + " is a name for inside use";
}

Seen exchange_bogus(const MxExchange& exchange, const MxFacts&) {
    if (exchange.dnssec != Dnssec::bogus) return std::nullopt;
    return exchange.name + ": SERVFAIL, and an answer when checking is disabled";
}

Seen exchange_lookup_failed(const MxExchange& exchange, const MxFacts&) {
    std::vector<std::string> failures;
    if (is_about_them(exchange.a_error)) failures.push_back("A lookup: " + std::string(name(*exchange.a_error)));
    if (is_about_them(exchange.aaaa_error)) {
        failures.push_back("AAAA lookup: " + std::string(name(*exchange.aaaa_error)));
    }
    if (failures.empty()) return std::nullopt;
    return exchange.name + ": " + listed(failures);
}

/// A name that is none is as bad as one that does not exist: mail has the other exchanges, and where there are none
/// `dns.no_usable_mx` says so.
constexpr auto exchange_rows = std::to_array<ExchangeRow>({
    {"dns.dnssec_bogus", exchange_bogus},
    {"dns.invalid_name", invalid_name, Severity::warning},
    {"dns.lookup_failed", exchange_lookup_failed},
    {"dns.mx_is_cname", mx_is_cname},
    {"dns.mx_is_ip_literal", mx_is_ip_literal},
    {"dns.mx_target_not_found", mx_target_not_found},
    {"dns.mx_target_no_address", mx_target_no_address},
    {"dns.mx_private_address", mx_private_address},
});

Finding finding(Statement statement, Scope scope, const SharedText& mx = {}) {
    return {std::move(statement), scope, mx, std::nullopt, 0, std::nullopt};
}

}  // namespace

std::vector<Finding> judge_mx(const MxFacts& facts, const MxExpectation& expected) {
    std::vector<Finding> findings;
    for (const DomainRow& row : domain_rows) {
        auto seen = row.see(facts, expected);
        if (seen) findings.push_back(finding(Statement(row.code, *std::move(seen)), Scope::domain));
    }
    for (const MxExchange& exchange : facts.exchanges) {
        for (const ExchangeRow& row : exchange_rows) {
            auto seen = row.see(exchange, facts);
            if (!seen) continue;
            const Severity severity = row.severity.value_or(row.code.row().severity);
            findings.push_back(finding({row.code, severity, *std::move(seen)}, Scope::exchange, exchange.name));
        }
    }
    return findings;
}

}  // namespace mxfleet
