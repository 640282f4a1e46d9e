#include "agent/judge/vantage.hpp"

#include <algorithm>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

Finding about_us(Statement statement) {
    return {std::move(statement), Scope::agent, {}, {}, 0, {}};
}

}  // namespace

std::string_view name(VantageCheck check) noexcept {
    switch (check) {
        case VantageCheck::egress_ipv4: return "egress_ipv4";
        case VantageCheck::egress_ipv6: return "egress_ipv6";
        case VantageCheck::resolver: return "resolver";
        case VantageCheck::dnssec: return "dnssec";
        case VantageCheck::reverse_dns: return "reverse_dns";
        case VantageCheck::dnsbl: return "dnsbl";
        case VantageCheck::clock: return "clock";
    }
    __builtin_unreachable();
}

std::optional<bool> reached_anybody(const EndpointStatus& endpoint) {
    if (!endpoint.last) return std::nullopt;
    // Many hosts have no IPv6. One that had it, or has no route for IPv4 either, is cut off.
    if (endpoint.state == EndpointState::skipped && endpoint.key.ip.is_v6 && !endpoint.succeeded_at)
        return std::nullopt;
    const SessionFacts& session = *endpoint.last;
    if (session.times[Phase::connect]) return true;
    if (!session.failure || session.failure->phase != Phase::connect) return std::nullopt;
    switch (session.failure->reason) {
        case Reason::refused:
        case Reason::reset: return true;  // somebody said so
        case Reason::timeout:
        case Reason::no_route:
        case Reason::budget: return false;
        default: return std::nullopt;
    }
}

bool lacks_ipv6(const EndpointStatus& endpoint) {
    const bool is_skipped = endpoint.state == EndpointState::skipped && endpoint.last != nullptr;
    return is_skipped && endpoint.key.ip.is_v6 && endpoint.last->no_local_route;
}

bool failed_through_us(const EndpointStatus& endpoint) {
    return endpoint.last && endpoint.last->failure && endpoint.last->failure->reason == Reason::local_fault;
}

bool suspects_egress(const EgressEvidence& evidence) {
    const std::size_t enough = evidence.targets == 0 ? EgressEvidence::enough : EgressEvidence::enough_beside_targets;
    return evidence.silent > 0 && evidence.silent >= std::min(evidence.endpoints, enough) &&
           evidence.silent_networks >= std::min(evidence.networks, enough);
}

bool egress_fails(const EgressEvidence& evidence) {
    if (evidence.answered > 0) return false;
    const bool nobody_else = evidence.targets > 0 && evidence.endpoints == 0;
    return nobody_else || suspects_egress(evidence);
}

bool family_fails(const EgressEvidence& of_family) {
    if (of_family.targets > 0) return egress_fails(of_family);
    return of_family.silent >= EgressEvidence::enough && suspects_egress(of_family);
}

bool got_no_answer(const MxFacts& lookup) {
    const bool failed = lookup.state == MxState::unknown && lookup.exchanges.empty();
    return failed && (lookup.error == DnsError::timeout || lookup.error == DnsError::no_resolver);
}

std::shared_ptr<const MxFacts> held_facts(std::shared_ptr<const MxFacts> last, std::shared_ptr<const MxFacts> good) {
    if (!last || !got_no_answer(*last)) return last;
    if (good) return good;
    MxFacts nothing;
    nothing.domain = last->domain;
    nothing.error = DnsError::no_resolver;
    return std::make_shared<const MxFacts>(std::move(nothing));
}

std::optional<Finding> judge_egress(const std::vector<const EndpointStatus*>& endpoints, bool target_answered) {
    const auto outcomes = [&](bool reached) {
        return std::ranges::count_if(endpoints, [=](const auto* each) { return reached_anybody(*each) == reached; });
    };
    const auto silent = outcomes(false);
    if (silent == 0 || target_answered || outcomes(true) > 0) return std::nullopt;
    const std::string seen = "none of " + counted(static_cast<std::size_t>(silent), "address", "addresses") +
                             " could be reached, and nothing proves that we can reach any";
    return about_us(Statement("vantage.egress_blocked", seen));
}

std::optional<Finding> judge_resolvers(const std::vector<const MxFacts*>& lookups) {
    const auto failed = [](const MxFacts* mx) { return mx->error == DnsError::no_resolver; };
    if (lookups.empty() || !std::ranges::all_of(lookups, failed)) return std::nullopt;
    return about_us(Statement("vantage.resolver_failed", "no resolver is configured, or nothing answers there"));
}

}  // namespace mxfleet
