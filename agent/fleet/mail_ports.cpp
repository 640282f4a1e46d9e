#include "agent/fleet/mail_ports.hpp"

#include <asio/steady_timer.hpp>

#include "probes/io/awaiting.hpp"

namespace mxfleet {
namespace {

/// A reading, while somebody waits for it.
struct AwaitedSight {
    explicit AwaitedSight(asio::io_context& context) : ended(context, asio::steady_timer::time_point::max()) {}
    asio::steady_timer ended;
    MailboxSight sight;
};

DeliveryFacts stopped_delivery() {
    DeliveryFacts facts;
    facts.failure = Failure{Phase::connect, Reason::local_fault, "stopped"};
    return facts;
}

}  // namespace

LiveMailPorts::LiveMailPorts(asio::io_context& context)
    : context_(context), way_back_(std::make_shared<WayBack>(context)), handshakes_(context, handshakes_at_once) {}

LiveMailPorts::~LiveMailPorts() {
    way_back_->close();
}

void LiveMailPorts::configure(const Settings& settings, const TrustStore& trust) {
    if (settings.flows.empty()) return;
    if (!reactor_) reactor_ = std::make_unique<Reactor>(context_);
    if (!reader_) reader_ = std::make_unique<MailboxReader>();
    trust_ = trust;
    session_context_ = std::make_shared<const SessionContext>(
        SessionContext{*reactor_, handshakes_, std::make_shared<TlsClients>(trust), settings.smtp});
}

asio::awaitable<DeliveryFacts> LiveMailPorts::deliver(Consignment consignment) {
    if (stopped_) co_return stopped_delivery();
    DeliverySession session(session_context_, std::move(consignment));
    sessions_.insert(&session);
    DeliveryFacts facts = co_await session.run();
    session_ended(session);
    co_return facts;
}

void LiveMailPorts::session_ended(DeliverySession& session) {
    sessions_.erase(&session);
    if (stopped_ && sessions_.empty()) reactor_->stop();
}

asio::awaitable<MailboxSight> LiveMailPorts::read(MailboxAccess access, MailboxWish wish) {
    if (stopped_) co_return MailboxSight{};
    access.trust = trust_;
    auto awaited = std::make_shared<AwaitedSight>(context_);
    auto done = [way_back = way_back_, awaited](MailboxSight sight) {
        way_back->post([awaited, sight = std::move(sight)]() mutable {
            awaited->sight = std::move(sight);
            awaited->ended.cancel();
        });
    };
    reader_->read(std::move(access), std::move(wish), std::move(done));
    co_await awaited->ended.async_wait(as_result);
    co_return std::move(awaited->sight);
}

void LiveMailPorts::stop() {
    stopped_ = true;
    handshakes_.close();
    for (DeliverySession* const session : sessions_)
        session->abandon();
    if (reader_) reader_->stop();
    if (reactor_ && sessions_.empty()) reactor_->stop();
}

}  // namespace mxfleet
