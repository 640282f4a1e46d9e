// Who is told what the fleet does: metrics and log. Called on the thread where it happens; must not block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/fleet/domain_cell.hpp"
#include "agent/fleet/lane.hpp"
#include "agent/judge/flow.hpp"
#include "agent/judge/service.hpp"
#include "probes/io/dns_client.hpp"

namespace mxfleet {

/// Why an address is not probed.
enum class DropReason : std::uint8_t { domain_cap, fleet_cap, private_address };
inline constexpr std::size_t drop_reason_count = 3;
std::string_view name(DropReason reason) noexcept;

class FlowObserver {
public:
    virtual ~FlowObserver() = default;
    /// What became of a flow's message is known.
    virtual void flow_settled(const SharedText&, const FlowMessage&) {}
    /// What is said of a flow is something else than before.
    virtual void flow_changed(const FlowStatus& /*before*/, const FlowStatus& /*now*/) {}
};

class ServiceObserver {
public:
    virtual ~ServiceObserver() = default;
    /// A visit to an address of a service has ended.
    virtual void service_visited(const SharedText&, const ServiceAddressStatus& /*before*/,
                                 const ServiceAddressStatus& /*now*/) {}
};

class FleetObserver : public DnsObserver, public FlowObserver, public ServiceObserver {
public:
    virtual void session_started(Duration lag) = 0;
    virtual void session_ended(const EndpointStatus& status) = 0;
    virtual void deferred(Deferral reason, std::uint64_t times) = 0;
    virtual void lookup_ended(const MxFacts& facts) = 0;
    virtual void policy_fetched(ProbeResult result) = 0;
    virtual void dropped(DropReason reason, std::size_t count) = 0;
    virtual void targets_changed(std::size_t domains, std::size_t endpoints) = 0;

    virtual void list_asked(DnsblAnswer listing) = 0;

    virtual void mx_changed(const SharedText& domain, const MxChange& change) = 0;
    /// What is said of a domain is something else than before.
    virtual void domain_changed(const DomainStatus& before, const DomainStatus& now) = 0;
    /// What is said of an endpoint is something else than `before` said.
    virtual void endpoint_changed(const EndpointStatus& before, const EndpointStatus& now) = 0;
    /// A finding about ourselves came or went.
    virtual void vantage_changed(const Finding& finding, bool holds) = 0;
};

}  // namespace mxfleet
