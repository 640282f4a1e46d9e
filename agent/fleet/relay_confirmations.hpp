// Whether a server that takes one of the relay check's forms delivers by it, too (CHECKS §10.7): a message to the
// operator's own mailbox, one per address and form and week, whose arrival is the proof. Opt-in. It is a flow like any
// other but for its envelopes, and for where they go. For the coordinating thread.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "agent/fleet/endpoint_cell.hpp"
#include "agent/fleet/flows.hpp"
#include "agent/fleet/relay_plan.hpp"
#include "agent/fleet/targets.hpp"

namespace mxfleet {

class RelaySuspects;

class RelayConfirmations : private FlowObserver {
public:
    using Relayed = std::function<void(std::shared_ptr<EndpointCell> cell, std::string form)>;

    static constexpr Duration interval = std::chrono::days{7};
    static constexpr Duration patience = std::chrono::hours{1};

    /// `state` outlives it. Without one nothing is sent: a restart would send it again. `ports` need the same context.
    RelayConfirmations(asio::io_context& context, StateStore* state, std::unique_ptr<MailPorts> ports, Relayed relayed);
    ~RelayConfirmations() override;

    void configure(const Settings& settings, const TrustStore& trust);
    bool is_enabled() const { return is_enabled_; }

    /// The endpoint's verdict may be another than before. `route` is that of the relay recipient, `domains` are those
    /// that have the endpoint.
    void look(const std::shared_ptr<EndpointCell>& cell, const std::shared_ptr<const RecipientRoute>& route,
              const std::vector<DomainTarget*>& domains);

    /// Begins what is due. `dns` outlives the lookups.
    void begin(DnsLookup& dns, const BlockedFamilies& blocked);

    std::size_t in_flight() const { return flows_.in_flight(); }
    void stop() { flows_.stop(); }

private:
    void flow_settled(const SharedText& flow, const FlowMessage& message) override;

    StateStore* const state_;
    Relayed relayed_;
    RelaySettings settings_;
    std::string sender_;
    std::shared_ptr<RelaySuspects> suspects_;
    std::set<EndpointKey> early_;  ///< arrived after a restart, before it was known again who is suspected
    bool is_enabled_ = false;
    Flows flows_;
};

}  // namespace mxfleet
