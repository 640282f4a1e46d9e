// What is known of a flow after the messages so far. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "probes/delivery/facts.hpp"
#include "probes/flow/ledger.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// How a message was handed over, or was not.
struct Handing {
    EndpointKey endpoint;
    WallTime at{};
    DeliveryFacts facts;
};

/// Everything that is shown of a flow. Immutable once published.
struct FlowStatus {
    FlowSettings settings;
    SharedText name;
    std::vector<EndpointKey> endpoints;  ///< where its mail may be handed over, the first first
    MaybeTime looked_up_at;              ///< empty: where that is was not looked up yet
    std::vector<FlowMessage> messages;   ///< of which something is still to be told, the oldest first
    FlowCounts counts;
    std::size_t in_flight = 0;
    MaybeTime last_delivery;
    MaybeTime mailbox_read_at;               ///< completely, the last time
    std::optional<Failure> mailbox_failure;  ///< why the last reading was none
    std::shared_ptr<const Handing> last_handing;
    std::vector<Finding> findings;

    /// Unknown while nothing has arrived yet, and while something is on its way to a mailbox that is not read.
    Verdict verdict() const;
};

FlowTerms terms_of(const FlowSettings& flow);

/// What the messages come to; what was said before has held since then.
std::vector<Finding> findings_of(const FlowStatus& status, const std::vector<Finding>& before);

/// Whether the two say the same to whoever reads findings.
bool same_judgement(const FlowStatus& a, const FlowStatus& b);

/// CHECKS §11: sent greylisted delivered junk late lost duplicate; or why it is none of these.
std::string_view shown_state(const FlowMessage& message);

/// What a message that is settled counts as.
ProbeResult result_of(MessageState state);

}  // namespace mxfleet
