#include "probes/mailbox/mailbox.hpp"

#include <utility>

namespace mxfleet {
namespace {

ServiceVisit visit_of(MailboxVisit& visit) {
    return {.endpoint = std::move(visit.endpoint),
            .plan = {visit.kind, {}, std::move(visit.login)},
            .budget = visit.deadline};
}

}  // namespace

MailboxSession::MailboxSession(std::shared_ptr<const SessionContext> context, MailboxVisit visit,
                               std::shared_ptr<MailboxMemory> memory)
    : wish_(std::move(visit.wish)), memory_(std::move(memory)), session_(std::move(context), visit_of(visit)) {}

asio::awaitable<MailboxSight> MailboxSession::run() {
    ServiceSession::Speaking read = [this](const ServicePlan& plan, ServiceFacts& session) {
        const MailboxPlan reading{plan, wish_};
        return mailbox_dialogue(reading, *memory_, session, sight_);
    };
    ServiceFacts session = co_await session_.run(std::move(read));
    settle(std::move(session), sight_);
    co_return std::move(sight_);
}

}  // namespace mxfleet
