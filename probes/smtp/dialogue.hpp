// The client's side of a session, in the order of RFC 5321 §3 and RFC 3207 §4: greeting, EHLO or HELO, STARTTLS, EHLO,
// what was asked for besides, QUIT.
#pragma once

#include <optional>
#include <string>

#include "probes/policy/dialogue.hpp"
#include "probes/relay/dialogue.hpp"
#include "probes/smtp/facts.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

/// What one session is to do.
struct DialoguePlan {
    std::string hello;  ///< what we call ourselves: a host name or an address literal
    HelloVerb verb = HelloVerb::ehlo;
    bool use_starttls = true;
    std::optional<RelayPlan> relay = std::nullopt;
    std::optional<PolicyPlan> policy = std::nullopt;
};

/// Speaks a session and writes what it learns into `facts`. The driver adds what only it can know: the times of
/// connecting, the TLS facts, the transcript. What it is given outlives the dialogue.
Dialogue session_dialogue(const DialoguePlan& plan, OfferReader& offers, SessionFacts& facts);

}  // namespace mxfleet
