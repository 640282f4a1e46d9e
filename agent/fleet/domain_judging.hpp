// Judges each domain of which something is known that was not, and publishes what comes of it. For the coordinating
// thread, but for `stop`.
#pragma once

#include <atomic>
#include <unordered_set>

#include "agent/fleet/first_round.hpp"
#include "agent/fleet/memory.hpp"
#include "agent/fleet/observer.hpp"
#include "agent/fleet/shared_texts.hpp"
#include "agent/fleet/targets.hpp"
#include "agent/fleet/vantage.hpp"

namespace mxfleet {

class DomainJudging {
public:
    /// All outlive it.
    DomainJudging(Targets& targets, Memory& memory, const Vantage& vantage, FirstRound& first_round,
                  FleetObserver& observer)
        : targets_(targets), memory_(memory), vantage_(vantage), first_round_(first_round), observer_(observer) {}

    /// The domain is to be judged again; or each is.
    void note(const SharedText& domain) { noted_.insert(domain); }
    void note_all();

    /// Judges those that were noted since the last time.
    void judge_noted();

    /// No more is judged. From any thread.
    void stop() { stopped_ = true; }

private:
    void judge(DomainTarget& domain);
    DomainStatus status_now(const DomainTarget& domain, const DomainStatus& before);

    Targets& targets_;
    Memory& memory_;
    const Vantage& vantage_;
    FirstRound& first_round_;
    FleetObserver& observer_;
    std::unordered_set<SharedText> noted_;
    SharedTexts texts_;  ///< the same is said of thousands of domains
    std::atomic<bool> stopped_ = false;
};

}  // namespace mxfleet
