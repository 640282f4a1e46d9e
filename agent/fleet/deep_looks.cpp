#include "agent/fleet/deep_looks.hpp"

#include <utility>

namespace mxfleet {
namespace {

bool is_usual(const TlsFacts& tls, const std::shared_ptr<const ChainFacts>& usual) {
    const CertificateFacts* const leaf = tls.leaf();
    return leaf != nullptr && usual && !usual->sent.empty() && leaf->sha256 == usual->sent.front().sha256;
}

}  // namespace

RareManner manner_of(RareHandshake kind) {
    switch (kind) {
        case RareHandshake::tls_1_0: return {TlsOffer::only_1_0, false};
        case RareHandshake::tls_1_1: return {TlsOffer::only_1_1, false};
        case RareHandshake::rsa: return {TlsOffer::only_rsa, false};
        case RareHandshake::ecdsa: return {TlsOffer::only_ecdsa, false};
        case RareHandshake::nameless: return {TlsOffer::modern, true};
    }
    __builtin_unreachable();
}

std::optional<RareHandshakeFacts> rare_facts(const SessionFacts& session,
                                             const std::shared_ptr<const ChainFacts>& usual) {
    if (session.tls) {
        const bool same = is_usual(*session.tls, usual);
        return RareHandshakeFacts{true, same ? nullptr : session.tls->chain, session.tls->name_match};
    }
    // A server that does not want to says so, or hangs up. Silence may be anything.
    const bool failed = session.starttls == StartTls::failed && session.failure;
    if (!failed || session.failure->phase != Phase::tls_handshake) return std::nullopt;
    const Reason reason = session.failure->reason;
    const bool refused = reason == Reason::tls_error || reason == Reason::closed || reason == Reason::reset;
    return refused ? std::optional(RareHandshakeFacts{}) : std::nullopt;
}

std::uint16_t DeepLooks::day_of(const EndpointKey& endpoint, Duration interval, SteadyTime now) {
    const Duration begin = phase_on_grid(interval, std::hash<EndpointKey>{}(endpoint));
    // Division rounds towards zero: with a whole interval more, a host that has just started has its first day, too.
    return static_cast<std::uint16_t>((now.time_since_epoch() + interval - begin) / interval);
}

DeepLooks::Look& DeepLooks::begin(TargetId target, std::shared_ptr<const ChainFacts> usual) {
    Look& look = looks_[target];
    look.usual = std::move(usual);
    return look;
}

std::optional<RareHandshake> DeepLooks::next(TargetId target) const {
    const auto look = looks_.find(target);
    return look == looks_.end() ? std::nullopt : std::optional(static_cast<RareHandshake>(look->second.next));
}

std::optional<DeepLooks::Look> DeepLooks::take(TargetId target, const SessionFacts& session) {
    const auto place = looks_.find(target);
    Look& look = place->second;
    look.found.facts[look.next] = rare_facts(session, look.usual);
    // A server that is not to be reached, or has enough of us, is left alone.
    if (++look.next < rare_handshake_count && session.is_up()) return std::nullopt;
    Look whole = std::move(look);
    looks_.erase(place);
    return whole;
}

}  // namespace mxfleet
