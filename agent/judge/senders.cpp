#include "agent/judge/senders.hpp"

#include "agent/judge/dane.hpp"
#include "probes/dane/findings.hpp"

namespace mxfleet {
namespace {

using Takes = std::optional<bool>;

/// Whether TLS works at an endpoint; empty while that is not known.
Takes encrypts(const EndpointStatus& endpoint) {
    const SessionFacts* const session = endpoint.last_up.get();
    return session != nullptr && session->starttls ? has_tls(*session->starttls) : std::nullopt;
}

Takes from_plain(const MxFacts&, const EndpointStatus&) {
    return true;
}

/// What the domain's policy says is not known here; deliverable_under_mta_sts goes by it.
Takes from_mta_sts(const MxFacts&, const EndpointStatus&) {
    return std::nullopt;
}

/// RFC 7672 §2.2: what each outcome of the TLSA lookup asks for. A failed lookup makes the host unreachable.
Takes from_dane(const MxFacts& mx, const EndpointStatus& endpoint) {
    const auto state = dane_state(mx, endpoint);
    if (!state) return std::nullopt;
    switch (*state) {
        case DaneState::match:
        case DaneState::absent:
        case DaneState::insecure: return true;
        case DaneState::unusable: return encrypts(endpoint);
        case DaneState::mismatch:
        case DaneState::lookup_failed: return false;
    }
    __builtin_unreachable();
}

/// RFC 8689 §4.2.1: the next hop offers REQUIRETLS inside TLS, and both how it was found and who it is are
/// authenticated.
Takes from_requiretls(const MxFacts& mx, const EndpointStatus& endpoint) {
    const Takes encrypted = encrypts(endpoint);
    if (encrypted != true) return encrypted;
    const SessionFacts& session = *endpoint.last_up;
    if (!session.tls || !session.capabilities_tls || !session.capabilities_tls->has(Capability::requiretls))
        return false;
    const auto by_dane = dane_state(mx, endpoint);
    if (by_dane == DaneState::match) return true;
    if (by_dane == DaneState::mismatch || by_dane == DaneState::lookup_failed || !session.tls->verified()) return false;
    // An MX that DNSSEC does not vouch for may still be one that the domain's MTA-STS policy names.
    return mx.dnssec == Dnssec::secure ? Takes(true) : from_mta_sts(mx, endpoint);
}

Takes takes(Sender sender, const MxFacts& mx, const EndpointStatus& endpoint) {
    switch (sender) {
        case Sender::plain: return from_plain(mx, endpoint);
        case Sender::mta_sts: return from_mta_sts(mx, endpoint);
        case Sender::dane: return from_dane(mx, endpoint);
        case Sender::requiretls: return from_requiretls(mx, endpoint);
    }
    __builtin_unreachable();
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

std::optional<bool> deliverable(Sender sender, const MxFacts& mx, const std::vector<const EndpointStatus*>& endpoints,
                                bool all_endpoints) {
    std::size_t tried = 0;
    std::size_t refusing = 0;
    for (const EndpointStatus* const endpoint : endpoints) {
        if (endpoint->state == EndpointState::skipped) continue;
        const auto up = endpoint->is_confirmed_up();
        const Takes reached = up == true ? takes(sender, mx, *endpoint) : up;
        if (reached == true) return true;
        ++tried;
        if (reached == false) ++refusing;
    }
    if (mx.state == MxState::nxdomain || mx.state == MxState::none_usable) return false;
    if (mx.state == MxState::null || tried == 0 || refusing < tried || !all_endpoints) return std::nullopt;
    return false;
}

}  // namespace mxfleet
