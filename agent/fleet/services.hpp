// The services that are watched besides the exchanges: looks their hosts up, visits each address by schedule, and
// publishes what is known. They are few, so that all of it is done on the coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agent/fleet/courtesy.hpp"
#include "agent/fleet/observer.hpp"
#include "agent/fleet/service_cell.hpp"
#include "agent/judge/vantage.hpp"
#include "config/settings.hpp"
#include "probes/dns/resolve.hpp"
#include "probes/io/reactor.hpp"
#include "probes/service/session.hpp"

namespace mxfleet {

/// Where a service's host is, as an exchange's addresses would be looked up. `lookup` outlives the call.
asio::awaitable<MxFacts> look_up_service(DnsLookup& lookup, std::string host, const Settings& settings);

/// Of a service whose host was not looked up yet.
ServiceStatus first_status(const ServiceSettings& service);

/// The status of each of its addresses before any visit; those that may not be connected to are skipped.
std::vector<ServiceAddressStatus> addresses_of(const ServiceSettings& service, const MxFacts& facts,
                                               const SmtpSettings& smtp, WallTime now);

/// What a visit of one address is to do. The password is read here, and kept nowhere else.
ServiceVisit visit_of(const ServiceSettings& service, const EndpointKey& address, const Settings& settings);

/// What visits are judged by.
JudgeSettings service_judge_settings(const Settings& settings);

class Services {
public:
    static constexpr std::size_t visits_at_once = 64;

    /// Context and observer outlive it.
    Services(asio::io_context& context, ServiceObserver& observer, ClaimStart claim);

    /// Takes the services from there: of those that stay as they are, what is known stays.
    void configure(const Settings& settings, const TrustStore& trust);

    /// Begins the lookups and visits that are due. `dns` outlives the lookups.
    void begin(DnsLookup& dns, const BlockedFamilies& blocked);

    /// By name. Another list whenever it changed.
    const ServiceCells& cells() const { return cells_; }

    /// Visits, from any thread.
    std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

    /// Ends what is under way soon, and begins no more.
    void stop();

private:
    /// Of one address, beside what is published of it.
    struct Turn {
        SteadyTime due{};
        bool is_under_way = false;
    };
    struct Watched {
        ServiceSettings settings;
        Credentials credentials;
        std::shared_ptr<ServiceCell> cell;
        ServiceStatus status;  ///< what was published last
        std::unordered_map<EndpointKey, Turn> turns;
        SteadyTime lookup_due{};
        SteadyTime good_at{};
        bool is_looking_up = false;
        bool is_dropped = false;  ///< no longer configured
    };
    using WatchedPointer = std::shared_ptr<Watched>;

    WatchedPointer watched(const ServiceSettings& settings);
    asio::awaitable<void> look_up(WatchedPointer watched, DnsLookup& dns);
    void learn(Watched& watched, const MxFacts& facts);
    void begin_visits(const WatchedPointer& watched);
    asio::awaitable<void> visit(WatchedPointer watched, EndpointKey key);
    void visited(Watched& watched, const EndpointKey& key, ServiceFacts facts);
    void hold_back(const BlockedFamilies& blocked);
    static void publish(Watched& watched);
    void visit_ended(ServiceSession& session);

    asio::io_context& context_;
    ServiceObserver& observer_;
    Courtesy courtesy_;
    std::unique_ptr<Reactor> reactor_;  ///< null until there was a service: it ticks
    Gate handshakes_;
    Settings settings_;
    std::shared_ptr<const SessionContext> session_context_;
    std::vector<WatchedPointer> watched_;  ///< by name
    ServiceCells cells_;
    BlockedFamilies blocked_;
    std::unordered_set<ServiceSession*> sessions_;
    std::size_t visits_ = 0;  ///< under way, or waiting for the start of their session
    std::atomic<std::size_t> in_flight_ = 0;
    bool stopped_ = false;
};

}  // namespace mxfleet
