#include "agent/fleet/self_check.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>

#include "probes/dns/ask.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/own_address.hpp"

namespace mxfleet {
namespace {

constexpr Duration interval = std::chrono::minutes{30};
constexpr Duration after_failure = std::chrono::minutes{1};
constexpr std::size_t addresses_of_name = 64;

/// An address inside some network is not what others see, unless it is just inside that the fleet stands.
bool is_seen_outside(const IpAddress& address, const TargetSettings& targets) {
    return judge(address, targets.allow_networks, {}).kind == AddressVerdict::Kind::allowed;
}

}  // namespace

void SelfCheck::configure(const Settings& settings) {
    settings_ = settings;
    ++configured_;
    names_ = {};
    validates_.reset();
    due_ = {};
}

void SelfCheck::begin(DnsLookup& dns) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (stopped_ || now < due_) return;
    due_ = now + interval;
    find_addresses();
    asio::co_spawn(context_, look_up(dns, configured_), rethrow);
}

void SelfCheck::find_addresses() {
    addresses_.clear();
    const SmtpSettings& smtp = settings_.smtp;
    for (const bool v6 : {false, true}) {
        const bool is_used = v6 ? smtp.ipv6 != UseIpv6::no : smtp.ipv4;
        if (!is_used) continue;
        const auto& chosen = v6 ? smtp.source_ipv6 : smtp.source_ipv4;
        const auto address = chosen ? chosen : own_address(v6);
        if (address && is_seen_outside(*address, settings_.targets)) addresses_.push_back(*address);
    }
}

asio::awaitable<void> SelfCheck::look_up(DnsLookup& dns, std::uint32_t configured) {
    Names names;
    const std::string ehlo = settings_.agent.ehlo;
    if (!ehlo.empty() && !addresses_.empty()) {
        const DnsResult a = co_await ask(dns, ehlo, RecordType::a);
        const DnsResult aaaa = co_await ask(dns, ehlo, RecordType::aaaa);
        names.a = assess_addresses(a, addresses_of_name);
        names.aaaa = assess_addresses(aaaa, addresses_of_name);
    }
    // The root is signed, whatever else is.
    const DnsFlags flags;
    const DnsResult root = co_await dns.query(".", RecordType::txt, flags);
    if (stopped_ || configured != configured_) co_return;
    names_ = std::move(names);
    if (root.answer && root.dnssec != Dnssec::unknown) validates_ = root.dnssec == Dnssec::secure;
    const bool failed = !root.answer || (!ehlo.empty() && !addresses_.empty() && names_.a.error && names_.aaaa.error);
    if (failed) due_ = std::chrono::steady_clock::now() + after_failure;
}

std::optional<bool> SelfCheck::has_our_name(const IpAddress& ip) const {
    const AddressAnswer& answer = ip.is_v6 ? names_.aaaa : names_.a;
    if (settings_.agent.ehlo.empty() || answer.error) return std::nullopt;
    return std::ranges::find(answer.addresses, ip) != answer.addresses.end();
}

SelfCheck::Result SelfCheck::judge(const Reputations& reputations) const {
    Result result;
    std::vector<OwnAddress> own;
    for (const IpAddress& ip : addresses_) {
        const Reputation* const known = reputations.of_own(ip);
        own.push_back({ip, known != nullptr ? *known : Reputation{}, has_our_name(ip)});
    }
    const auto take = [&](VantageCheck check, SelfJudgement judgement) {
        if (judgement.success) result.checks.push_back({check, *judgement.success});
        if (judgement.statement) result.statements.push_back(std::move(*judgement.statement));
    };
    take(VantageCheck::dnssec, {validates_, std::nullopt});
    take(VantageCheck::reverse_dns, judge_own_names(own, settings_.agent.ehlo));
    take(VantageCheck::dnsbl, judge_own_listings(own));
    if (settings_.agent.ehlo.empty()) {
        const Statement literal("vantage.ehlo_literal", "agent.ehlo is not set, and this host has no full name");
        result.statements.push_back(literal);
    }
    return result;
}

}  // namespace mxfleet
