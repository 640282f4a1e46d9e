// The policy probes inside a session: postmaster, an unknown recipient, the null sender, VRFY, EXPN. Never DATA. At
// most five commands are refused, and each is asked once: no server counts that as an attack (CHECKS §8).
#pragma once

#include <optional>
#include <string>

#include "probes/policy/facts.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

struct PolicyPlan {
    SharedText domain;  ///< on whose behalf
    std::string sender_local, sender_domain;
    std::string unknown_local;  ///< of a mailbox that nobody has
};

/// What the dialogue leaves behind, and whether the session can go on.
struct PolicyRun {
    PolicyFacts facts;
    PhaseTimes times;              ///< mail and rcpt of the control
    std::optional<Failure> ended;  ///< set when the connection is of no further use
    bool must_quit = false;        ///< the server said 421
    bool in_transaction = false;   ///< a transaction, perhaps of somebody before, is to be ended first
};

/// `control`: what the same session has heard to the same control already; null: it is asked for. Precondition: EHLO or
/// HELO was accepted. What is referred to outlives the dialogue.
Dialogue policy_dialogue(const PolicyPlan& plan, const PolicyReply* control, PolicyRun& run);

}  // namespace mxfleet
