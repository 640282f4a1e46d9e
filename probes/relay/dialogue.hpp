// Asks a server to relay, one transaction at a time, and never sends a message: no DATA, RSET after each form.
#pragma once

#include <optional>
#include <vector>

#include "probes/model/failure.hpp"
#include "probes/relay/facts.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

struct RelayPlan {
    RelayNames names;
    std::vector<const RelayForm*> forms;  ///< besides the controls
};

/// What a dialogue inside a session leaves behind: its facts, the times of the control, and whether the session can go
/// on.
struct RelayRun {
    RelayFacts facts;
    PhaseTimes times;              ///< mail and rcpt of the control
    std::optional<Failure> ended;  ///< set when the connection is of no further use
    bool must_quit = false;        ///< the server said 421
};

/// What the session offers a dialogue in it.
struct RelayGround {
    bool pipelining = false;
    bool inside_tls = false;
};

/// Speaks C1 and, unless the server refuses us there, the forms of the plan; then, if one was accepted, C2, which a
/// server that takes everything accepts as well, and C3, if that form was weak. Where PIPELINING is offered a
/// transaction is sent at once (RFC 2920); there is never more than one. Precondition: EHLO or HELO was accepted.
/// `plan` and `run` outlive the dialogue.
Dialogue relay_dialogue(const RelayPlan& plan, RelayGround ground, RelayRun& run);

}  // namespace mxfleet
