// The probing threads together: which of them has an endpoint, how much they have to do, and when each was last seen to
// work. Once they are started, public functions may be called from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "agent/fleet/lane.hpp"
#include "config/settings.hpp"

namespace mxfleet {

class Lanes {
public:
    /// As many as the settings want, or one for each processor. A reload does not change that.
    explicit Lanes(const Settings& settings);

    std::size_t count() const { return beats_.size(); }

    /// Starts the threads. `observer` outlives them. To be called once.
    void start(const std::shared_ptr<const LaneSettings>& settings, LaneObserver& observer);

    void configure(const std::shared_ptr<const LaneSettings>& settings);

    /// Always the same, so that whoever is polite to a network is one thread.
    Lane& of(const EndpointKey& endpoint) const { return of(endpoint.ip); }
    Lane& of(const IpAddress& ip) const;

    /// Holds judgements back, or no longer.
    void hold_back(BlockedFamilies blocked);

    /// The most overdue start of all, and sessions in flight.
    Duration oldest_overdue() const;
    std::size_t sessions_in_flight() const;

    /// Asks each for a sign that it works; and when the one that gave none for the longest did so.
    void ask_for_beat();
    SteadyTime slowest_beat() const;

    /// Ends: sessions get `grace`, then are abandoned. Returns when every thread has ended.
    void stop(Duration grace);

private:
    using Beat = std::atomic<SteadyTime>;

    std::vector<std::unique_ptr<Beat>> beats_;
    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace mxfleet
