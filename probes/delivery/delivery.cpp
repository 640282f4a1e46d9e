#include "probes/delivery/delivery.hpp"

#include <utility>

namespace mxfleet {
namespace {

/// An exchange is spoken to as a submission service is that upgrades to TLS.
ServiceVisit visit_of(Consignment& consignment) {
    ServicePlan plan{consignment.service.value_or(ServiceKind::submission), std::move(consignment.hello),
                     std::exchange(consignment.login, std::nullopt)};
    return {.endpoint = consignment.endpoint, .plan = std::move(plan), .after_final_dot = consignment.after_final_dot};
}

}  // namespace

DeliverySession::DeliverySession(std::shared_ptr<const SessionContext> context, Consignment consignment)
    : consignment_(std::move(consignment)), session_(std::move(context), visit_of(consignment_)) {}

asio::awaitable<DeliveryFacts> DeliverySession::run() {
    ServiceSession::Speaking hand_over = [this](const ServicePlan& plan, ServiceFacts& session) {
        return delivery_dialogue(consignment_, plan, session, facts_);
    };
    ServiceFacts session = co_await session_.run(std::move(hand_over));
    settle(std::move(session), facts_);
    co_return std::move(facts_);
}

}  // namespace mxfleet
