#include "tests/unit/show/synthetic_fleet.hpp"

#include <algorithm>
#include <string>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t domains_of_a_team = 50;
constexpr std::size_t servers_of_a_certificate = 20;
constexpr WallTime now{std::chrono::days{20'000} + 12345ms};

JudgeSettings terms() {
    return {.failures_to_confirm = 3, .banner_slow = 10s, .expiry_warning = 21 * 24h, .expiry_critical = 7 * 24h};
}

std::string exchange_name(std::size_t number) {
    return "mx" + std::to_string(number % 3) + ".host-" + std::to_string(number) + ".example.com";
}

IpAddress address(std::size_t number) {
    const auto byte = [&](unsigned shift) { return std::to_string(number >> shift & 0xFF); };
    return *IpAddress::parse("10." + byte(16) + "." + byte(8) + "." + byte(0));
}

std::shared_ptr<const ChainFacts> chain(std::size_t number) {
    CertificateFacts leaf;
    leaf.subject = "CN=" + exchange_name(number);
    leaf.issuer = "C=US,O=Example Trust Services,CN=Example Issuing CA " + std::to_string(number % 7);
    leaf.issuer_common_name = "Example Issuing CA " + std::to_string(number % 7);
    leaf.names = {exchange_name(number)};
    leaf.not_after = std::chrono::floor<std::chrono::seconds>(now) + 60 * 24h;
    leaf.key = "EC P-256";
    leaf.signature = "ecdsa-with-SHA256";
    const std::string digits = std::to_string(number);
    leaf.sha256 = std::string(64 - digits.size(), 'e') + digits;
    ChainFacts facts;
    facts.not_after = leaf.not_after;
    facts.sent = {leaf, leaf};
    facts.trusted = facts.dates = facts.chain_complete = true;
    return std::make_shared<const ChainFacts>(std::move(facts));
}

Capabilities capabilities(bool starttls) {
    Capabilities offered;
    for (const Capability each : {Capability::size, Capability::pipelining, Capability::eight_bit_mime}) {
        offered.offered.add(each);
    }
    if (starttls) offered.offered.add(Capability::starttls);
    offered.keywords = {"8BITMIME", "PIPELINING", "SIZE 52428800"};
    offered.size_limit = 52'428'800;
    return offered;
}

std::shared_ptr<SessionFacts> up(std::size_t number, std::shared_ptr<const ChainFacts> shown) {
    auto facts = std::make_shared<SessionFacts>();
    for (std::size_t at = 0; at < phase_count; ++at) {
        const auto phase = static_cast<Phase>(at);
        const bool is_run = phase != Phase::dns && phase != Phase::mail && phase != Phase::rcpt;
        if (is_run) facts->times.set(phase, Duration{1'000'003 * (at + 1) + number * 7919 % 1'000'000});
    }
    facts->greeting = Greeting{exchange_name(number) + " ESMTP", 220, false};
    facts->hello_code = 250;
    facts->capabilities = std::make_shared<const Capabilities>(capabilities(shown != nullptr));
    facts->starttls = shown ? StartTls::ok : StartTls::not_offered;
    if (shown) {
        facts->capabilities_tls = std::make_shared<const Capabilities>(capabilities(false));
        facts->tls = TlsFacts{"TLSv1.3", "TLS_AES_256_GCM_SHA384", std::move(shown), true};
    }
    for (int line = 0; line < 12; ++line)
        facts->transcript.add(Duration{line}, line % 2 == 0, "250-ENHANCEDSTATUSCODES");
    return facts;
}

std::shared_ptr<SessionFacts> refused() {
    auto facts = std::make_shared<SessionFacts>();
    facts->times.set(Phase::connect, 2ms);
    facts->failure = Failure{Phase::connect, Reason::refused, ""};
    return facts;
}

/// Of ten: seven with TLS, one plain, one down, one not looked at.
EndpointStatus status(std::size_t number, const std::vector<std::shared_ptr<const ChainFacts>>& chains) {
    EndpointStatus held;
    held.key = {exchange_name(number / 2), address(number), 25};
    held.interval = 60s;
    const std::size_t kind = number * 7 % 10;
    if (kind == 9) return held;
    if (kind == 8) {
        for (int count = 0; count < 3; ++count)
            held = after_session(held, refused(), now, terms());
        return held;
    }
    const auto& shown = chains[number / servers_of_a_certificate];
    return after_session(held, up(number, kind == 7 ? nullptr : shown), now, terms());
}

DomainStatus domain(std::size_t number, const Fleet& fleet) {
    DomainStatus status;
    status.domain = "customer-" + std::to_string(number) + ".example.org";
    auto policy = std::make_shared<DomainPolicy>();
    policy->tags = {{"team", "t" + std::to_string(number / domains_of_a_team)}};
    status.policy = std::move(policy);
    MxFacts mx;
    mx.domain = status.domain;
    mx.state = MxState::explicit_;
    mx.records = 2;
    mx.lookup = 1234us;
    status.mx = std::make_shared<const MxFacts>(mx);
    status.checked_at = now;
    status.best_preference = 10;
    const std::size_t first = number * 4;
    for (std::size_t at = first; at < std::min(first + 4, fleet.endpoints.size()); ++at) {
        status.links.push_back({static_cast<std::uint16_t>(10 * (1 + at % 4 / 2)), fleet.endpoints[at]});
    }
    const auto endpoints = read_endpoints(status);
    std::vector<const EndpointStatus*> seen;
    for (const auto& each : endpoints)
        seen.push_back(each.get());
    status.judgement = judge_domain(mx, seen, *status.policy, {}, now);
    return status;
}

}  // namespace

std::shared_ptr<const Fleet> synthetic_fleet(std::size_t endpoints) {
    std::vector<std::shared_ptr<const ChainFacts>> chains;
    for (std::size_t at = 0; at <= endpoints / servers_of_a_certificate; ++at)
        chains.push_back(chain(at));
    auto fleet = std::make_shared<Fleet>();
    for (std::size_t at = 0; at < endpoints; ++at) {
        EndpointStatus first;
        first.key = {exchange_name(at / 2), address(at), 25};
        fleet->endpoints.push_back(std::make_shared<EndpointCell>(std::move(first)));
    }
    // Sessions end in no order, and so do their facts lie in memory.
    for (std::size_t at = 0; at < endpoints; ++at) {
        const std::size_t number = at * 7919 % endpoints;
        EndpointCell& cell = *fleet->endpoints[number];
        cell.status.publish(std::make_shared<const EndpointStatus>(status(number, chains)));
    }
    for (std::size_t at = 0; at * 4 < endpoints; ++at)
        fleet->domains.push_back(std::make_shared<DomainCell>(domain(at, *fleet)));
    std::ranges::sort(fleet->domains, {}, [](const auto& cell) { return cell->name; });
    std::ranges::sort(fleet->endpoints, {}, [](const auto& cell) { return cell->key; });
    return fleet;
}

}  // namespace mxfleet
