#include "agent/fleet/lanes.hpp"

#include <algorithm>
#include <thread>

#include "probes/io/clocks.hpp"

namespace mxfleet {

Lanes::Lanes(const Settings& settings) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t count = settings.agent.threads == 0 ? cores : settings.agent.threads;
    for (std::size_t lane = 0; lane < count; ++lane)
        beats_.push_back(std::make_unique<Beat>(steady_now()));
}

void Lanes::start(const std::shared_ptr<const LaneSettings>& settings, LaneObserver& observer) {
    constexpr Duration apart = Duration{std::chrono::seconds{1}} / Lane::starts_a_second;
    for (std::size_t lane = 0; lane < count(); ++lane)
        lanes_.push_back(std::make_unique<Lane>(settings, observer, apart * lane / count()));
}

void Lanes::configure(const std::shared_ptr<const LaneSettings>& settings) {
    for (const auto& lane : lanes_)
        lane->configure(settings);
}

Lane& Lanes::of(const IpAddress& ip) const {
    return *lanes_[std::hash<IpNetwork>{}(politeness_network(ip)) % lanes_.size()];
}

void Lanes::hold_back(BlockedFamilies blocked) {
    for (const auto& lane : lanes_)
        lane->hold_back(blocked);
}

Duration Lanes::oldest_overdue() const {
    const SteadyTime now = steady_now();
    Duration oldest{};
    for (const auto& lane : lanes_)
        oldest = std::max(oldest, lane->oldest_overdue(now));
    return oldest;
}

std::size_t Lanes::sessions_in_flight() const {
    std::size_t sessions = 0;
    for (const auto& lane : lanes_)
        sessions += lane->in_flight();
    return sessions;
}

void Lanes::ask_for_beat() {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
        lanes_[lane]->post([beat = beats_[lane].get()] { *beat = steady_now(); });
}

SteadyTime Lanes::slowest_beat() const {
    SteadyTime slowest = SteadyTime::max();
    for (const auto& beat : beats_)
        slowest = std::min(slowest, beat->load(std::memory_order_relaxed));
    return slowest;
}

void Lanes::stop(Duration grace) {
    for (const auto& lane : lanes_)
        lane->stop(grace);
    for (const auto& lane : lanes_)
        lane->join();
}

}  // namespace mxfleet
