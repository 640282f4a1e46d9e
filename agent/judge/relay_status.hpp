// What is held of an endpoint's relaying over many runs (CHECKS §10, verdict 6). Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probes/model/finding.hpp"
#include "probes/relay/facts.hpp"

namespace mxfleet {

struct RelayStatus {
    RelayState state = RelayState::not_tested;
    CoarseDay extended_on = CoarseDay::min();  ///< the day a form of the second tier was last asked for
    SharedText reason;                         ///< why unknown or not tested, in a word; the form's id where suspected
    MaybeTime conclusive_at;                   ///< of the last run that could tell
    std::vector<RelayFormFacts> forms;         ///< of the last run

    /// The form that a suspicion rests on; empty: there is none.
    std::string_view suspected_form() const {
        const bool is_suspected = state == RelayState::suspected || state == RelayState::open;
        return is_suspected ? reason.text() : std::string_view{};
    }
};

/// The verdict after one more run. Unknown never overwrites what was known, it lets it age; a suspicion stays until its
/// own form is closed.
RelayStatus after_run(const RelayStatus& held, RelayFacts run, WallTime now);

/// The verdict once a message sent by that form has arrived (CHECKS §10.7): open until the form is closed. A suspicion
/// that rests on another form, or none, stays what it is.
RelayStatus after_arrival(const RelayStatus& held, std::string_view form, WallTime now);

/// Not tested, and why; what was known before stays.
RelayStatus not_tested(const RelayStatus& held, std::string_view reason);

/// What the status makes an operator read, if anything.
std::optional<Statement> judge_relay_status(const RelayStatus& status);

}  // namespace mxfleet
