// The rarer handshakes with a server (CHECKS §4): once a day, behind an ordinary session that went well, a session for
// each, one after the other and as politely as any. Of a fleet each endpoint has its own time of day. For one thread.
#pragma once

#include <optional>
#include <unordered_map>

#include "agent/fleet/schedule.hpp"
#include "probes/io/tls_client.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/smtp/facts.hpp"
#include "probes/tls/rare.hpp"

namespace mxfleet {

/// How a session makes such a handshake.
struct RareManner {
    TlsOffer offer;
    bool nameless;
};
RareManner manner_of(RareHandshake kind);

/// What a session that tried it shows of it. `usual` is the chain of ordinary handshakes. Empty: it did not get so far.
std::optional<RareHandshakeFacts> rare_facts(const SessionFacts& session,
                                             const std::shared_ptr<const ChainFacts>& usual);

class DeepLooks {
public:
    /// An ordinary session that waits for the end of the looks to be judged.
    struct Held {
        SteadyTime started;
        SessionFacts facts;
    };

    /// One endpoint's looks, from the first session to the last.
    struct Look {
        std::shared_ptr<const ChainFacts> usual;
        std::size_t next = 0;
        RareHandshakes found;
        std::optional<Held> held;
        SteadyTime turn_after{};  ///< the ordinary turn that follows
    };

    /// Which day it is for an endpoint, counted from anywhere: when another has begun, its looks are due.
    static std::uint16_t day_of(const EndpointKey& endpoint, Duration interval, SteadyTime now);

    Look& begin(TargetId target, std::shared_ptr<const ChainFacts> usual);

    /// What the endpoint's next session is to try; empty: it is an ordinary one.
    std::optional<RareHandshake> next(TargetId target) const;

    /// Takes what that session showed. The whole, once it was the last, or did not get as far as EHLO.
    std::optional<Look> take(TargetId target, const SessionFacts& session);

    void forget(TargetId target) { looks_.erase(target); }

private:
    std::unordered_map<TargetId, Look> looks_;  ///< under way
};

}  // namespace mxfleet
