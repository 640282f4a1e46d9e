// What came of handing one message over. Facts only. No password is among them.
#pragma once

#include <optional>

#include "probes/model/failure.hpp"
#include "probes/model/handed.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/service/facts.hpp"
#include "probes/smtp/transcript.hpp"
#include "probes/tls/facts.hpp"

namespace mxfleet {

/// What has become of the message is told by the code of the reply alone.
struct DeliveryFacts {
    Handed outcome = Handed::failed;
    std::optional<Failure> failure;    ///< why it was not accepted, and in which phase
    std::optional<int> code;           ///< of the reply that decided, if one did
    SharedText reply;                  ///< its last line with the code, printable
    bool dsn_requested = false;        ///< a report of success or failure was asked for (RFC 3461)
    std::optional<StartTls> starttls;  ///< empty: the session did not come so far
    std::optional<TlsFacts> tls;
    LoginFacts login;
    Transcript transcript;  ///< the message is in it as its size alone
    ServicePhaseTimes times;
    bool no_local_route = false;  ///< our host has no route to that address family; nothing was sent
};

}  // namespace mxfleet
