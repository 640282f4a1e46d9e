// Whether the whole fleet was looked at (INTERFACE §5, /-/ready): every domain once, or for one interval.
#pragma once

#include <atomic>
#include <unordered_set>
#include <vector>

#include "agent/fleet/targets.hpp"

namespace mxfleet {

class FirstRound {
public:
    explicit FirstRound(SteadyTime started) : started_(started) {}

    /// There are domains now, or others; `added` are to be looked at.
    void watch(const std::vector<DomainTarget*>& added, Targets& targets);

    /// The domain was judged: it may be that its lookup and all its endpoints have ended for the first time.
    void judged(const DomainTarget& domain);

    void look(Duration interval, SteadyTime now);

    /// From any thread. Once ready, always ready.
    bool is_ready() const { return ready_.load(std::memory_order_relaxed); }

private:
    SteadyTime started_;
    bool watching_ = false;
    std::unordered_set<SharedText> unseen_;
    std::atomic<bool> ready_ = false;
};

}  // namespace mxfleet
