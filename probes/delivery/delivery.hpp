// One live session that hands a message over. Every wait has a deadline, and the whole has a budget, but for the reply
// to the final dot, which has ten minutes. It can be abandoned at any await. No password leaves here but to the server.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>

#include "probes/delivery/dialogue.hpp"
#include "probes/service/session.hpp"

namespace mxfleet {

class DeliverySession {
public:
    DeliverySession(std::shared_ptr<const SessionContext> context, Consignment consignment);

    /// Connects, speaks, and says what came of it. Once. The session outlives the run.
    asio::awaitable<DeliveryFacts> run();

    /// Ends the run soon: as failed, or as uncertain where the final dot was sent.
    void abandon() { session_.abandon(); }

private:
    Consignment consignment_;  ///< but for what the session's plan has
    DeliveryFacts facts_;
    ServiceSession session_;
};

}  // namespace mxfleet
