// Hands one message over (RFC 5321 §3.3), sans-IO: to an exchange, where TLS is taken as it is offered, or to a
// submission service, after a login over TLS that verifies. Replies are judged by their code alone.
#pragma once

#include <optional>
#include <string>

#include "probes/delivery/facts.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

/// What is handed over, and to whom. Precondition: no line ends in the addresses and paths.
struct Consignment {
    EndpointKey endpoint;
    std::optional<ServiceKind> service;  ///< empty: an exchange
    std::string hello;                   ///< what we call ourselves; empty: the address literal of our end
    std::optional<LoginPlan> login;      ///< never before verified TLS
    std::string sender;                  ///< the envelope's; empty: <>
    std::string recipient;
    std::string reverse_path;                             ///< what stands on the line instead of <sender>; empty: that
    std::string forward_path;                             ///< likewise of <recipient>; no report is asked for then
    std::string message;                                  ///< RFC 5322, lines that end in CR LF, not dot-stuffed
    std::string envelope_id;                              ///< ENVID where DSN is offered (RFC 3461 §4.4); empty: none
    Duration after_final_dot = std::chrono::minutes{10};  ///< RFC 5321 §4.5.3.2.6
};

/// Speaks the session. `plan` has what the consignment says of hello and login. All outlive the dialogue.
Dialogue delivery_dialogue(const Consignment& consignment, const ServicePlan& plan, ServiceFacts& session,
                           DeliveryFacts& facts);

/// Completes the facts with those of the session, which is over, or never came about.
void settle(ServiceFacts session, DeliveryFacts& facts);

}  // namespace mxfleet
