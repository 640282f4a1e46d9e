#include "agent/fleet/endpoints_in.hpp"

namespace mxfleet {
namespace {

std::optional<Failure> family_off(const IpAddress& ip, const SmtpSettings& smtp) {
    if (ip.is_v6 && smtp.ipv6 == UseIpv6::no) return Failure{Phase::connect, Reason::policy, "smtp.ipv6 is off"};
    if (!ip.is_v6 && !smtp.ipv4) return Failure{Phase::connect, Reason::policy, "smtp.ipv4 is off"};
    return std::nullopt;
}

}  // namespace

std::vector<FoundEndpoint> endpoints_in(const MxFacts& facts, const DomainPolicy& policy, const SmtpSettings& smtp) {
    std::vector<FoundEndpoint> found;
    const std::uint16_t port = policy.port.value_or(smtp.port);
    for (const MxExchange& exchange : facts.exchanges) {
        for (const IpAddress& ip : exchange.addresses) {
            found.push_back({exchange.preference, {exchange.name, ip, port}, family_off(ip, smtp), exchange.tlsa});
        }
        for (const RefusedAddress& refused : exchange.refused) {
            if (refused.verdict.kind != AddressVerdict::Kind::denied) continue;
            const Failure denied{Phase::connect, Reason::policy, "targets.deny_networks holds it"};
            found.push_back({exchange.preference, {exchange.name, refused.ip, port}, denied});
        }
    }
    return found;
}

void share_with_endpoints(MxFacts& facts, const DomainTarget& domain) {
    facts.domain = domain.cell->name;
    for (MxExchange& exchange : facts.exchanges) {
        for (const auto& [preference, place, endpoint] : domain.endpoints) {
            if (endpoint->cell->key.mx != exchange.name) continue;
            exchange.name = endpoint->cell->key.mx;
            if (endpoint->tlsa && exchange.tlsa && *endpoint->tlsa == *exchange.tlsa) exchange.tlsa = endpoint->tlsa;
        }
    }
}

bool tells_route(const MxFacts& facts) {
    return facts.state == MxState::explicit_ || facts.state == MxState::implicit || facts.state == MxState::none_usable;
}

RecipientRoute route_of(const MxFacts& facts) {
    RecipientRoute route;
    for (const MxExchange& exchange : facts.exchanges) {
        route.add_exchange(exchange.name);
        route.addresses.insert(exchange.addresses.begin(), exchange.addresses.end());
        for (const RefusedAddress& refused : exchange.refused)
            route.addresses.insert(refused.ip);
    }
    return route;
}

}  // namespace mxfleet
