#include "probes/dns/assess.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

using std::chrono::seconds;
using Ttl = std::optional<seconds>;

/// Of records, or of their absence. Aliases count for both.
Ttl ttl_of(const DnsAnswer& answer) {
    return shorter(answer.ttl, answer.negative_ttl);
}

/// What a whole made of two parts can claim.
Dnssec weaker(Dnssec a, Dnssec b) {
    for (const Dnssec weak : {Dnssec::bogus, Dnssec::unknown, Dnssec::insecure}) {
        if (a == weak || b == weak) return weak;
    }
    return Dnssec::secure;
}

std::optional<std::string> last_alias(const DnsAnswer& answer) {
    return answer.aliases.empty() ? std::nullopt : std::optional{answer.aliases.back()};
}

/// `192.0.2.1`, `2001:db8::1`, and in brackets as in a mail address (RFC 5321 §4.1.3).
bool is_ip_literal(std::string_view name) {
    if (name.starts_with('[') && name.ends_with(']')) {
        name = name.substr(1, name.size() - 2);
        if (name.starts_with("ipv6:")) name.remove_prefix(5);
    }
    return IpAddress::parse(name).has_value();
}

ExchangeState state_by_name(std::string_view name) {
    if (is_ip_literal(name)) return ExchangeState::ip_literal;
    return is_host_name(name) ? ExchangeState::unknown : ExchangeState::refused_by_policy;
}

MxExchange exchange_of(const MxRecord& record) {
    MxExchange exchange;
    exchange.name = record.exchange;
    exchange.preference = record.preference;
    exchange.state = state_by_name(exchange.name);
    return exchange;
}

/// RFC 7505 §3: `.` alone is the null MX; beside others it is a contradiction, and the others are used.
void take_null(MxFacts& facts, std::vector<MxRecord>& records) {
    const auto is_null = [](const MxRecord& record) { return record.exchange == "."; };
    const bool malformed =
        std::ranges::any_of(records, [&](const auto& each) { return is_null(each) && each.preference != 0; });
    const bool any = std::erase_if(records, is_null) > 0;
    if (!any) return;
    facts.null_mixed = !records.empty();
    facts.null_malformed = records.empty() && malformed;
    if (records.empty()) facts.state = MxState::null;
}

void take_exchanges(MxFacts& facts, std::vector<MxRecord> records, std::size_t cap) {
    std::ranges::sort(records);
    for (MxRecord& record : records) {
        if (std::ranges::any_of(facts.exchanges, [&](const auto& each) { return each.name == record.exchange; })) {
            if (std::ranges::find(facts.duplicates, record.exchange) == facts.duplicates.end()) {
                facts.duplicates.push_back(std::move(record.exchange));
            }
        } else if (facts.exchanges.size() < cap) {
            facts.exchanges.push_back(exchange_of(record));
        } else {
            ++facts.dropped_exchanges;
        }
    }
}

/// No MX: the domain is its own exchange; behind an alias, the alias's target "as if it were the initial name".
void take_implicit(MxFacts& facts) {
    facts.is_implicit = true;
    facts.state = MxState::implicit;
    facts.exchanges.push_back(exchange_of({0, facts.alias_of.empty() ? facts.domain : facts.alias_of}));
}

AddressVerdict judge_address(const MxExchange& exchange, const IpAddress& address, const TargetSettings& targets) {
    const AddressVerdict verdict = judge(address, targets.allow_networks, targets.deny_networks);
    const bool is_let_through =
        std::ranges::any_of(targets.allow_networks, [&](const auto& network) { return network.contains(address); });
    if (verdict.kind != AddressVerdict::Kind::allowed || is_let_through || !is_local_name(exchange.name))
        return verdict;
    return {AddressVerdict::Kind::reserved, "behind a local name", {}};
}

ExchangeState state_of(const MxExchange& exchange, const AddressAnswer& a, const AddressAnswer& aaaa) {
    if (!exchange.addresses.empty()) return ExchangeState::ok;
    if (a.error || aaaa.error) return ExchangeState::unknown;
    if (!exchange.refused.empty()) return ExchangeState::refused_by_policy;
    return a.is_nxdomain && aaaa.is_nxdomain ? ExchangeState::not_found : ExchangeState::no_address;
}

void keep_addresses(MxFacts& facts, std::size_t cap) {
    for (MxExchange& exchange : facts.exchanges) {
        const std::size_t kept = std::min(exchange.addresses.size(), cap);
        facts.dropped_addresses += static_cast<std::uint32_t>(exchange.addresses.size() - kept);
        exchange.addresses.resize(kept);
        cap -= kept;
    }
}

}  // namespace

std::optional<std::chrono::seconds> shorter(std::optional<std::chrono::seconds> a,
                                            std::optional<std::chrono::seconds> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

DnsResult continued(DnsResult first, DnsResult further, std::string_view name) {
    first.elapsed += further.elapsed;
    first.resolver = std::move(further.resolver);
    first.dnssec = weaker(first.dnssec, further.dnssec);
    if (!further.answer) {
        first.answer = std::unexpected(further.answer.error());
        return first;
    }
    DnsAnswer& whole = *first.answer;
    whole.rcode = further.answer->rcode;
    whole.ttl = shorter(whole.ttl, further.answer->ttl);
    whole.negative_ttl = further.answer->negative_ttl;
    whole.endless = further.answer->endless;
    for (std::string& alias : further.answer->aliases) {
        const bool was_there = alias == name || std::ranges::find(whole.aliases, alias) != whole.aliases.end();
        whole.endless = whole.endless || was_there || whole.aliases.size() == alias_limit;
        if (whole.endless) return first;
        whole.aliases.push_back(std::move(alias));
    }
    whole.records = std::move(further.answer->records);
    return first;
}

MxFacts assess_mx(std::string_view domain, const DnsResult& result, std::size_t cap) {
    MxFacts facts;
    facts.domain = domain;
    facts.lookup = result.elapsed;
    facts.resolver = result.resolver;
    facts.dnssec = result.dnssec;
    if (!result.answer) {
        facts.error = result.answer.error();
        return facts;
    }
    facts.ttl = facts.shortest_ttl = ttl_of(*result.answer);
    facts.alias_of = last_alias(*result.answer).value_or("");
    if (result.is_nxdomain()) {
        facts.state = MxState::nxdomain;
        return facts;
    }
    auto records = records_of<MxRecord>(*result.answer);
    facts.records = static_cast<std::uint16_t>(records.size());
    if (records.empty()) {
        take_implicit(facts);
        return facts;
    }
    facts.state = MxState::explicit_;
    take_null(facts, records);
    take_exchanges(facts, std::move(records), cap);
    return facts;
}

MxFacts assume_mx(std::string_view domain, std::string host) {
    MxFacts facts;
    facts.domain = domain;
    facts.state = MxState::explicit_;
    facts.exchanges.push_back(exchange_of({0, std::move(host)}));
    return facts;
}

MxFacts assume_address(std::string_view domain, const IpAddress& ip, const TargetSettings& targets) {
    MxExchange exchange;
    exchange.name = ip.text();
    const AddressVerdict verdict = judge(ip, {}, targets.deny_networks);
    const bool is_denied = verdict.kind == AddressVerdict::Kind::denied;
    if (is_denied) {
        exchange.refused = {{ip, verdict}};
    } else {
        exchange.addresses = {ip};
    }
    exchange.state = is_denied ? ExchangeState::refused_by_policy : ExchangeState::ok;
    MxFacts facts;
    facts.domain = domain;
    facts.state = MxState::explicit_;
    facts.exchanges = {std::move(exchange)};
    return facts;
}

bool wants_addresses(const MxExchange& exchange) {
    return exchange.state == ExchangeState::unknown;
}

AddressAnswer assess_addresses(const DnsResult& result, std::size_t cap) {
    AddressAnswer answer;
    answer.dnssec = result.dnssec;
    if (!result.answer) {
        answer.error = result.answer.error();
        return answer;
    }
    answer.error.reset();
    answer.is_nxdomain = result.is_nxdomain();
    answer.alias_of = last_alias(*result.answer);
    answer.ttl = ttl_of(*result.answer);
    auto& addresses = answer.addresses = records_of<IpAddress>(*result.answer);
    std::ranges::sort(addresses);
    addresses.erase(std::ranges::unique(addresses).begin(), addresses.end());
    answer.dropped = addresses.size() - std::min(addresses.size(), cap);
    addresses.resize(addresses.size() - answer.dropped);
    addresses.shrink_to_fit();
    return answer;
}

void assess_exchange(MxExchange& exchange, const AddressAnswer& a, const AddressAnswer& aaaa,
                     const TargetSettings& targets) {
    exchange.a_error = a.error;
    exchange.aaaa_error = aaaa.error;
    exchange.alias_of = a.alias_of ? *a.alias_of : aaaa.alias_of.value_or("");
    exchange.dnssec = weaker(a.dnssec, aaaa.dnssec);
    exchange.ttl = shorter(a.ttl, aaaa.ttl);
    for (const AddressAnswer* const answer : {&a, &aaaa}) {
        for (const IpAddress& address : answer->addresses) {
            const AddressVerdict verdict = judge_address(exchange, address, targets);
            if (verdict.kind == AddressVerdict::Kind::allowed) {
                exchange.addresses.push_back(address);
            } else {
                exchange.refused.push_back({address, verdict});
            }
        }
    }
    exchange.state = state_of(exchange, a, aaaa);
}

void conclude(MxFacts& facts, std::size_t cap) {
    if (facts.exchanges.empty()) return;
    const auto any = [&](ExchangeState state) {
        return std::ranges::find(facts.exchanges, state, &MxExchange::state) != facts.exchanges.end();
    };
    const auto is_denied = [](const MxExchange& each) { return each.has_refused(AddressVerdict::Kind::denied); };
    for (const MxExchange& exchange : facts.exchanges)
        facts.shortest_ttl = shorter(facts.shortest_ttl, exchange.ttl);
    keep_addresses(facts, cap);
    if (any(ExchangeState::ok)) return;

    if (any(ExchangeState::unknown)) {
        facts.state = MxState::unknown;
        facts.error = std::ranges::find(facts.exchanges, ExchangeState::unknown, &MxExchange::state)->error();
    } else if (std::ranges::none_of(facts.exchanges, is_denied)) {
        facts.state = MxState::none_usable;
    }
}

}  // namespace mxfleet
