// In which way an endpoint is spoken to: the ordinary one, or one that a follow-up session found to work, which is kept
// for a day. Pure.
#pragma once

#include "probes/io/tls_client.hpp"
#include "probes/model/time.hpp"
#include "probes/smtp/facts.hpp"

namespace mxfleet {

class Variation {
public:
    HelloVerb verb() const { return verb_; }
    TlsOffer offer() const { return offer_; }

    /// Whether the next session is to explain this one, which is then not judged by itself: what that one shows counts.
    bool begins_follow_up(const SessionFacts& session, bool legacy_tls_too, SteadyTime now);

    /// A way that did not work, or has been gone by for a day, is given up for the ordinary one.
    void end_follow_up(const SessionFacts& session, SteadyTime now);

private:
    SteadyTime ends_{};
    HelloVerb verb_ = HelloVerb::ehlo;
    TlsOffer offer_ = TlsOffer::modern;
    bool is_follow_up_ = false;
};

}  // namespace mxfleet
