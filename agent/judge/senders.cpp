#include "agent/judge/senders.hpp"

#include <algorithm>

#include "agent/judge/dane.hpp"
#include "agent/judge/mta_sts.hpp"
#include "probes/dane/findings.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr Taking yes{true, {}};

constexpr Taking no(std::string_view why) {
    return {false, why};
}
constexpr Taking not_known(std::string_view why) {
    return {std::nullopt, why};
}

/// Whether anybody can have a session there.
Taking answers(const EndpointStatus& endpoint) {
    if (endpoint.held_back) return not_known("our own way out fails");
    if (endpoint.state == EndpointState::skipped) return not_known("it is not tried from here");
    const auto up = endpoint.is_confirmed_up();
    if (up == true) return yes;
    return up == false ? no("it is down") : not_known("whether it is up is not known");
}

/// Whether TLS works at an endpoint.
Taking encrypts(const EndpointStatus& endpoint) {
    const SessionFacts* const session = endpoint.last_up.get();
    if (session == nullptr || !session->starttls) return not_known("no session has shown whether TLS works");
    const auto works = has_tls(*session->starttls);
    if (works == true) return yes;
    return works == false ? no("TLS does not work") : not_known("STARTTLS is refused for now");
}

Taking from_mta_sts(const SenderTerms& terms, const EndpointStatus& endpoint) {
    const TlsPolicies* const policies = terms.policies;
    if (policies == nullptr) return not_known("the domain's MTA-STS policy is not known");
    if (!policies->enforces()) {
        const bool is_known = policies->state() != MtaStsState::unknown;
        return is_known ? yes : not_known("the domain's MTA-STS policy is not known");
    }
    if (!allows(*policies->in_force(), endpoint.key.mx)) return no("the MTA-STS policy does not name the exchange");
    const auto passes = passes_mta_sts(endpoint);
    if (passes == true) return yes;
    const Taking encrypted = encrypts(endpoint);
    return passes == false && encrypted.takes == true ? no("its certificate does not verify for the exchange")
                                                      : encrypted;
}

/// RFC 7672 §2.2: what each outcome of the TLSA lookup asks for. A failed lookup makes the host unreachable.
Taking from_dane(const SenderTerms& terms, const EndpointStatus& endpoint) {
    const auto state = dane_state(terms.mx, endpoint);
    if (!state) {
        const bool has_records = tlsa_for(terms.mx, endpoint) != nullptr;
        return not_known(has_records ? "no session has shown whether a TLSA record matches"
                                     : "whether there are TLSA records is not known");
    }
    switch (*state) {
        case DaneState::match:
        case DaneState::absent:
        case DaneState::insecure: return yes;
        case DaneState::unusable: return encrypts(endpoint);
        case DaneState::mismatch: {
            const Taking encrypted = encrypts(endpoint);
            return encrypted.takes == true ? no("no TLSA record matches") : encrypted;
        }
        case DaneState::lookup_failed: return no("its TLSA records cannot be looked up");
    }
    __builtin_unreachable();
}

/// That the exchange is the domain's, where no TLSA record says who it is: RFC 8689 §4.2.1 has DNSSEC vouch for it, or
/// the domain's MTA-STS policy.
Taking is_vouched_for(const SenderTerms& terms, const EndpointStatus& endpoint) {
    if (terms.mx.dnssec == Dnssec::secure) return yes;
    const MtaStsPolicy* const policy = terms.policies != nullptr ? terms.policies->in_force() : nullptr;
    const bool is_named = policy != nullptr && policy->mode != MtaStsMode::none && allows(*policy, endpoint.key.mx);
    if (is_named) return yes;
    const bool knows_policy = terms.policies != nullptr && terms.policies->state() != MtaStsState::unknown;
    if (!knows_policy) return not_known("whether an MTA-STS policy names the exchange is not known");
    if (terms.mx.dnssec == Dnssec::unknown) return not_known("whether DNSSEC vouches for the MX is not known");
    return no("neither DNSSEC nor an MTA-STS policy vouches for the exchange");
}

/// RFC 8689 §4.2.1: the next hop offers REQUIRETLS inside TLS, and both how it was found and who it is are
/// authenticated. MTA-STS never overrides a failing DANE (RFC 8461 §2).
Taking from_requiretls(const SenderTerms& terms, const EndpointStatus& endpoint) {
    const Taking encrypted = encrypts(endpoint);
    if (encrypted.takes != true) return encrypted;
    const SessionFacts& session = *endpoint.last_up;
    if (!session.capabilities_tls || !session.capabilities_tls->has(Capability::requiretls))
        return no("REQUIRETLS is not offered inside TLS");
    const Taking by_dane = from_dane(terms, endpoint);
    const auto state = dane_state(terms.mx, endpoint);
    const bool may_yet_authenticate = !state && terms.mx.dnssec == Dnssec::secure;
    if (state == DaneState::match || by_dane.takes == false || may_yet_authenticate) return by_dane;
    if (!session.tls || !session.tls->verified()) return no("its certificate does not verify for the exchange");
    return is_vouched_for(terms, endpoint);
}

/// What the sender asks for besides, as far as sessions have shown it.
Taking grants(Sender sender, const SenderTerms& terms, const EndpointStatus& endpoint) {
    switch (sender) {
        case Sender::plain: return yes;
        case Sender::mta_sts: return from_mta_sts(terms, endpoint);
        case Sender::dane: return from_dane(terms, endpoint);
        case Sender::requiretls: return from_requiretls(terms, endpoint);
    }
    __builtin_unreachable();
}

/// What DNS alone says; empty where it is for the endpoints to say.
std::string why_nowhere(const MxFacts& mx) {
    switch (mx.state) {
        case MxState::null: return "the domain takes no mail";
        case MxState::nxdomain: return "the domain does not exist";
        case MxState::none_usable: return "no exchange can be used";
        case MxState::unknown:
        case MxState::explicit_:
        case MxState::implicit: break;
    }
    return {};
}

}  // namespace

std::string_view name(Sender sender) noexcept {
    switch (sender) {
        case Sender::plain: return "plain";
        case Sender::mta_sts: return "mta_sts";
        case Sender::dane: return "dane";
        case Sender::requiretls: return "requiretls";
    }
    __builtin_unreachable();
}

Taking taking(Sender sender, const SenderTerms& terms, const EndpointStatus& endpoint) {
    const Taking reached = answers(endpoint);
    const bool is_tried = !endpoint.held_back && endpoint.state != EndpointState::skipped;
    if (reached.takes == false || !is_tried) return reached;
    // What would keep the sender from delivering does so even if the endpoint should be up.
    const Taking granted = grants(sender, terms, endpoint);
    return reached.takes == true || granted.takes == false ? granted : reached;
}

std::optional<bool> deliverable(Sender sender, const SenderTerms& terms,
                                const std::vector<const EndpointStatus*>& endpoints, bool all_endpoints) {
    std::size_t tried = 0;
    std::size_t refusing = 0;
    for (const EndpointStatus* const endpoint : endpoints) {
        if (endpoint->state == EndpointState::skipped) continue;
        const auto takes = taking(sender, terms, *endpoint).takes;
        if (takes == true) return true;
        ++tried;
        if (takes == false) ++refusing;
    }
    const MxState state = terms.mx.state;
    if (state == MxState::nxdomain || state == MxState::none_usable) return false;
    if (state == MxState::null || tried == 0 || refusing < tried || !all_endpoints) return std::nullopt;
    return false;
}

std::string why_not(Sender sender, const SenderTerms& terms, const std::vector<const EndpointStatus*>& endpoints,
                    bool all_endpoints) {
    if (std::string said = why_nowhere(terms.mx); !said.empty()) return said;
    std::vector<std::string_view> reasons;
    for (const EndpointStatus* const endpoint : endpoints) {
        const std::string_view why = taking(sender, terms, *endpoint).why;
        if (!why.empty() && std::ranges::find(reasons, why) == reasons.end()) reasons.push_back(why);
    }
    if (!all_endpoints) reasons.emplace_back("other agents watch the rest");
    if (!reasons.empty()) return listed(reasons);
    return terms.mx.error ? "DNS: " + std::string(name(*terms.mx.error)) : "nothing was tried yet";
}

}  // namespace mxfleet
