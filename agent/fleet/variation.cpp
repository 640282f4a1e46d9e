#include "agent/fleet/variation.hpp"

#include "probes/smtp/findings.hpp"

namespace mxfleet {
namespace {

constexpr auto variation_lasts = std::chrono::hours{24};

}  // namespace

bool Variation::begins_follow_up(const SessionFacts& session, bool legacy_tls_too, SteadyTime now) {
    const auto wanted = follow_up(session);
    if (!wanted || is_follow_up_) return false;
    const bool legacy_is_no_use = offer_ == TlsOffer::legacy || !legacy_tls_too;
    if (wanted->legacy_tls && legacy_is_no_use) return false;
    is_follow_up_ = true;
    verb_ = wanted->verb;
    offer_ = wanted->legacy_tls ? TlsOffer::legacy : TlsOffer::modern;
    ends_ = now + variation_lasts;
    return true;
}

void Variation::end_follow_up(const SessionFacts& session, SteadyTime now) {
    const bool worked = session.is_up() && (offer_ == TlsOffer::modern || session.tls);
    const bool failed = is_follow_up_ && !worked;
    is_follow_up_ = false;
    if (!failed && now < ends_) return;
    verb_ = HelloVerb::ehlo;
    offer_ = TlsOffer::modern;
}

}  // namespace mxfleet
