#include "agent/judge/dane.hpp"

#include <algorithm>
#include <string>

#include "probes/dane/findings.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr FindingCode tls_unavailable("dane.tls_unavailable");

const MxExchange* exchange_of(const MxFacts& mx, const EndpointStatus& endpoint) {
    const auto found = std::ranges::find(mx.exchanges, endpoint.key.mx, &MxExchange::name);
    return found == mx.exchanges.end() ? nullptr : &*found;
}

/// RFC 7672 §3.2.2: under a trust anchor the next-hop domain and what it is an alias of are names as good as the base.
bool names_next_hop(const MxFacts& mx, const TlsFacts& tls) {
    if (tls.leaf() == nullptr) return false;
    return std::ranges::any_of(tls.leaf()->names, [&](const std::string& each) {
        return covers(each, mx.domain) || (!mx.alias_of.empty() && covers(each, mx.alias_of));
    });
}

std::optional<DaneState> shown_by(const MxFacts& mx, const SessionFacts& session) {
    if (!session.starttls) return std::nullopt;
    const auto encrypted = has_tls(*session.starttls);
    if (encrypted == false) return DaneState::mismatch;
    if (!encrypted || !session.dane || !session.tls) return std::nullopt;
    switch (session.dane->match) {
        case DaneMatch::none: return DaneState::mismatch;
        case DaneMatch::other_name: return names_next_hop(mx, *session.tls) ? DaneState::match : DaneState::mismatch;
        case DaneMatch::trust_anchor:
        case DaneMatch::end_entity: return DaneState::match;
    }
    __builtin_unreachable();
}

Finding at_endpoint(Statement statement, const EndpointKey& key) {
    return {std::move(statement), Scope::endpoint, key.mx, key.ip, key.port, {}};
}

/// A certificate under a matching trust anchor that none of the names fits which this domain's senders accept.
std::optional<Finding> wrong_name(const MxFacts& mx, const EndpointStatus& endpoint) {
    const SessionFacts* const session = endpoint.last_up.get();
    if (session == nullptr || !session->dane || session->dane->match != DaneMatch::other_name) return std::nullopt;
    if (dane_state(mx, endpoint) != DaneState::mismatch) return std::nullopt;
    return at_endpoint(dane_name_mismatch(*session->dane, session->tls->leaf()->names), endpoint.key);
}

bool lacks_required_tls(const MxFacts& mx, const EndpointStatus& endpoint) {
    const TlsaFacts* const tlsa = tlsa_for(mx, endpoint);
    const bool requires_tls = tlsa != nullptr && tlsa->requires_tls();
    return requires_tls && endpoint.last_up && endpoint.last_up->starttls &&
           has_tls(*endpoint.last_up->starttls) == false;
}

}  // namespace

std::string_view name(DaneState state) noexcept {
    switch (state) {
        case DaneState::match: return "match";
        case DaneState::mismatch: return "mismatch";
        case DaneState::unusable: return "unusable";
        case DaneState::absent: return "absent";
        case DaneState::insecure: return "insecure";
        case DaneState::lookup_failed: return "lookup_failed";
    }
    __builtin_unreachable();
}

const TlsaFacts* tlsa_for(const MxFacts& mx, const EndpointStatus& endpoint) {
    // Where the last lookup did not get so far, what was known of the endpoint is the better knowledge.
    const MxExchange* const exchange = exchange_of(mx, endpoint);
    return exchange != nullptr && exchange->tlsa ? exchange->tlsa.get() : endpoint.tlsa.get();
}

std::optional<DaneState> dane_state(const MxFacts& mx, const EndpointStatus& endpoint) {
    const TlsaFacts* const tlsa = tlsa_for(mx, endpoint);
    if (tlsa == nullptr) return std::nullopt;
    switch (tlsa->state) {
        case TlsaState::usable: return endpoint.last_up ? shown_by(mx, *endpoint.last_up) : std::nullopt;
        case TlsaState::unusable: return DaneState::unusable;
        case TlsaState::absent: return DaneState::absent;
        case TlsaState::insecure: return DaneState::insecure;
        case TlsaState::lookup_failed: return DaneState::lookup_failed;
    }
    __builtin_unreachable();
}

bool concerns(const MxFacts& mx, const EndpointStatus& endpoint, FindingCode code) {
    if (!code.text().starts_with("dane.")) return true;
    const TlsaFacts* const tlsa = tlsa_for(mx, endpoint);
    return tlsa != nullptr && tlsa->requires_tls();
}

std::vector<Finding> judge_dane(const MxFacts& mx, const std::vector<const EndpointStatus*>& endpoints) {
    std::vector<Finding> findings;
    for (const MxExchange& exchange : mx.exchanges) {
        if (!exchange.tlsa) continue;
        for (Statement& statement : judge_tlsa(*exchange.tlsa))
            findings.push_back({std::move(statement), Scope::exchange, exchange.name, {}, 0, {}});
    }
    std::vector<std::string> without_tls;
    for (const EndpointStatus* const endpoint : endpoints) {
        if (endpoint->is_confirmed_up() != true) continue;
        if (auto found = wrong_name(mx, *endpoint)) findings.push_back(std::move(*found));
        if (lacks_required_tls(mx, *endpoint)) without_tls.push_back(endpoint->key.text());
    }
    if (!without_tls.empty()) {
        const std::string seen = "secure TLSA records require TLS, which does not work at " + listed(without_tls);
        findings.push_back(about_domain(Statement(tls_unavailable, Severity::critical, seen)));
    }
    return findings;
}

}  // namespace mxfleet
