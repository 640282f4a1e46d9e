#include "agent/fleet/mail_ports.hpp"

#include <algorithm>

#include "agent/fleet/endpoints_in.hpp"
#include "agent/fleet/lookups.hpp"
#include "agent/fleet/services.hpp"

namespace mxfleet {
namespace {

Failure stopped_session() {
    return {Phase::connect, Reason::local_fault, "stopped"};
}

MailRoute route_of(const MxFacts& facts, const Settings& settings) {
    MailRoute route;
    route.is_known = facts.state != MxState::unknown;
    route.holds_for = until_next_lookup(facts, settings.schedule);
    return route;
}

}  // namespace

asio::awaitable<MailRoute> MailPorts::route(DnsLookup& dns, FlowSettings flow, const Settings& settings) {
    if (flow.via.kind == FlowRoute::Kind::service) {
        const auto service = std::ranges::find(settings.services, flow.via.service, &ServiceSettings::name);
        if (service == settings.services.end()) co_return MailRoute{{}, true, lookup_interval_least};
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): a reload may replace it meanwhile.
        const ServiceSettings kept = *service;
        const MxFacts facts = co_await look_up_service(dns, kept.host, settings);
        MailRoute route = route_of(facts, settings);
        route.endpoints = open_addresses_of(kept, facts, settings.smtp);
        co_return route;
    }
    ResolveSettings how{settings.smtp.max_endpoints_per_domain, settings.targets};
    std::string domain = flow.to.substr(flow.to.rfind('@') + 1);
    const MxFacts facts = co_await resolve_mx(dns, std::move(domain), std::move(how));
    MailRoute route = route_of(facts, settings);
    for (const FoundEndpoint& each : endpoints_in(facts, DomainPolicy{}, settings.smtp)) {
        if (!each.skip) route.endpoints.push_back(each.key);
    }
    co_return route;
}

LiveMailPorts::LiveMailPorts(asio::io_context& context, ClaimStart claim)
    : context_(context), courtesy_(context, std::move(claim)), handshakes_(context, handshakes_at_once) {}

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
    courtesy_.stop();
    handshakes_.close();
    for (DeliverySession* const session : deliveries_)
        session->abandon();
    for (MailboxSession* const session : readings_)
        session->abandon();
    if (reactor_ && deliveries_.empty() && readings_.empty()) reactor_->stop();
}

}  // namespace mxfleet
