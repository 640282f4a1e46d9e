// How the mail of flows leaves, and where it is looked for: the outside world as flows see it.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <unordered_set>
#include <vector>

#include "agent/fleet/courtesy.hpp"
#include "config/settings.hpp"
#include "probes/delivery/delivery.hpp"
#include "probes/dns/resolve.hpp"
#include "probes/io/reactor.hpp"
#include "probes/mailbox/mailbox.hpp"

namespace mxfleet {

/// Where a flow's mail may be handed over, the first first.
struct MailRoute {
    std::vector<EndpointKey> endpoints;
    bool is_known = true;  ///< else nobody could tell
    Duration holds_for{};
};

class MailPorts {
public:
    virtual ~MailPorts() = default;
    virtual void configure(const Settings& settings, const TrustStore& trust) = 0;
    /// `dns` and `settings` outlive the call.
    virtual asio::awaitable<MailRoute> route(DnsLookup& dns, FlowSettings flow, const Settings& settings);
    /// Ends when mail may be handed over there. False: no more, as it was stopped.
    virtual asio::awaitable<bool> turn_at(IpAddress ip) = 0;
    virtual asio::awaitable<DeliveryFacts> deliver(Consignment consignment) = 0;
    virtual asio::awaitable<MailboxSight> read(MailboxVisit visit, std::shared_ptr<MailboxMemory> memory) = 0;
    /// Ends what is under way soon.
    virtual void stop() = 0;
};

/// Sessions on the thread of the context.
class LiveMailPorts : public MailPorts {
public:
    static constexpr std::size_t handshakes_at_once = 64;

    LiveMailPorts(asio::io_context& context, ClaimStart claim);

    void configure(const Settings& settings, const TrustStore& trust) override;
    asio::awaitable<bool> turn_at(IpAddress ip) override { return courtesy_.turn_at(ip); }
    asio::awaitable<DeliveryFacts> deliver(Consignment consignment) override;
    asio::awaitable<MailboxSight> read(MailboxVisit visit, std::shared_ptr<MailboxMemory> memory) override;
    void stop() override;

private:
    template <class Session, class Sessions>
    auto run(Session& session, Sessions& under_way) -> decltype(session.run());

    asio::io_context& context_;
    Courtesy courtesy_;
    std::unique_ptr<Reactor> reactor_;  ///< null until there was a flow: it ticks
    Gate handshakes_;
    std::shared_ptr<const SessionContext> session_context_;
    std::unordered_set<DeliverySession*> deliveries_;
    std::unordered_set<MailboxSession*> readings_;
    bool stopped_ = false;
};

}  // namespace mxfleet
