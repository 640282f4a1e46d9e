// What a lane goes by, and what is wanted of each endpoint that it has.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "agent/fleet/endpoint_cell.hpp"
#include "agent/fleet/policy_turns.hpp"
#include "agent/fleet/relay_plan.hpp"
#include "agent/fleet/schedule.hpp"
#include "probes/smtp/session.hpp"

namespace mxfleet {

/// Replaced whole by a reload.
struct LaneSettings {
    SmtpSettings smtp;
    JudgeSettings judge;
    std::string hello;
    TrustStore trust;
    Schedule::Limits limits;     ///< concurrency: this lane's part
    std::size_t handshakes = 1;  ///< this lane's part
    Duration retry_interval{};
    Duration relay_interval{};
    Duration policy_interval{};
    RelayTerms relay;               ///< its sender is that of the policy probes, too
    bool legacy_follow_ups = true;  ///< look again with old TLS where the version was refused
    Duration deep_interval{};       ///< between two rounds of the rarer handshakes; zero: none
    bool looks_first = false;       ///< they are made at once, and the session judged with what they show
};

struct Assignment {
    std::shared_ptr<EndpointCell> cell;
    Duration interval{};
    Duration first_after{};                     ///< the first session is due then
    std::shared_ptr<const AskedDomains> asked;  ///< never null
    Turns turns;                                ///< of the sessions after the first
    SharedTlsa tlsa;                            ///< of the exchange; null: not known
};

}  // namespace mxfleet
