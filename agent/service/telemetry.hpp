// What the fleet does, as metrics, as log lines and as changes to look back at: one for each change of state, none for
// a routine probe.
#pragma once

#include "agent/fleet/observer.hpp"
#include "agent/show/agent_metrics.hpp"
#include "agent/show/changes.hpp"

namespace mxfleet {

class Telemetry : public FleetObserver {
public:
    explicit Telemetry(AgentMetrics& metrics) : metrics_(metrics) {}

    void on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) override;
    void session_started(Duration lag) override;
    void session_ended(const EndpointStatus& status) override;
    void deferred(Deferral reason, std::uint64_t times) override;
    void lookup_ended(const MxFacts& facts) override;
    void policy_fetched(ProbeResult result) override;
    void dropped(DropReason reason, std::size_t count) override;
    void targets_changed(std::size_t domains, std::size_t endpoints) override;
    void list_asked(DnsblAnswer listing) override;
    void mx_changed(const SharedText& domain, const MxChange& change) override;
    void domain_changed(const DomainStatus& before, const DomainStatus& now) override;
    void endpoint_changed(const EndpointStatus& before, const EndpointStatus& now) override;
    void service_visited(const SharedText& service, const ServiceAddressStatus& before,
                         const ServiceAddressStatus& now) override;
    void flow_settled(const SharedText& flow, const FlowMessage& message) override;
    void flow_changed(const FlowStatus& before, const FlowStatus& now) override;
    void vantage_changed(const Finding& finding, bool holds) override;

    const Changes& changes() const { return changes_; }

private:
    AgentMetrics& metrics_;
    Changes changes_;
};

}  // namespace mxfleet
