#include "agent/fleet/mail_ports.hpp"

namespace mxfleet {
namespace {

Failure stopped_session() {
    return {Phase::connect, Reason::local_fault, "stopped"};
}

}  // namespace

LiveMailPorts::LiveMailPorts(asio::io_context& context) : context_(context), handshakes_(context, handshakes_at_once) {}

void LiveMailPorts::configure(const Settings& settings, const TrustStore& trust) {
    if (settings.flows.empty() || stopped_) return;
    if (!reactor_) reactor_ = std::make_unique<Reactor>(context_);
    session_context_ = std::make_shared<const SessionContext>(
        SessionContext{*reactor_, handshakes_, std::make_shared<TlsClients>(trust), settings.smtp});
}

/// What is stopped meanwhile is abandoned, and the last that ends lets the context end.
template <class Session, class Sessions>
auto LiveMailPorts::run(Session& session, Sessions& under_way) -> decltype(session.run()) {
    under_way.insert(&session);
    auto facts = co_await session.run();
    under_way.erase(&session);
    if (stopped_ && deliveries_.empty() && readings_.empty()) reactor_->stop();
    co_return facts;
}

asio::awaitable<DeliveryFacts> LiveMailPorts::deliver(Consignment consignment) {
    DeliveryFacts facts;
    facts.failure = stopped_session();
    if (stopped_) co_return facts;
    DeliverySession session(session_context_, std::move(consignment));
    facts = co_await run(session, deliveries_);
    co_return facts;
}

asio::awaitable<MailboxSight> LiveMailPorts::read(MailboxVisit visit, std::shared_ptr<MailboxMemory> memory) {
    MailboxSight sight;
    sight.failure = stopped_session();
    if (stopped_) co_return sight;
    MailboxSession session(session_context_, std::move(visit), std::move(memory));
    sight = co_await run(session, readings_);
    co_return sight;
}

void LiveMailPorts::stop() {
    stopped_ = true;
    handshakes_.close();
    for (DeliverySession* const session : deliveries_)
        session->abandon();
    for (MailboxSession* const session : readings_)
        session->abandon();
    if (reactor_ && deliveries_.empty() && readings_.empty()) reactor_->stop();
}

}  // namespace mxfleet
