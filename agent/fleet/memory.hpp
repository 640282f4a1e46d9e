// What of the fleet outlives the agent: how it is kept in the state directory, and how it is had back. Without a
// directory it keeps nothing and knows nothing. Keeping never blocks; any thread may keep, the coordinating one
// recalls.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>

#include "agent/fleet/targets.hpp"
#include "agent/state/store.hpp"

namespace mxfleet {

class Memory {
public:
    /// What earlier runs found is asked for when findings first come up; then nobody asks any more.
    static constexpr Duration recalls_for = std::chrono::hours{1};

    /// `store` may be null, and outlives it.
    explicit Memory(StateStore* store) : store_(store) {}

    /// Reads what there is, once.
    void recall(SteadyTime now, WallTime wall);
    /// Lets go of what is not asked for any more, for good: it holds no longer.
    void tidy(SteadyTime now);

    // ---- Had back ----

    /// Null where none is kept, or it has expired. The second time it is gone.
    SharedTlsPolicies policies_of(const SharedText& domain, WallTime now);
    /// Adds what is known of the endpoint's security from before.
    void restore(EndpointCell& endpoint);
    /// Adds how the domain's MX changed before.
    void restore(DomainTarget& domain);
    /// Findings that held when the agent last ran hold since then.
    void restore(std::vector<Finding>& findings, const SharedText& domain);

    // ---- Kept ----

    void session_ended(const EndpointStatus& before, const EndpointStatus& now);
    void relaying_seen(const EndpointStatus& now) { keep_relay(now); }
    /// Since when its findings hold. Those that held when the agent last ran hold since then, and are made so.
    void endpoint_judged(const EndpointStatus& before, EndpointStatus& now);
    void domain_judged(const DomainStatus& before, const DomainStatus& now);
    /// Of the agent itself: since when it holds. That is since an earlier run, if that has seen it last.
    WallTime own_finding_began(FindingCode code, WallTime now);
    void own_finding_ended(FindingCode code);
    void policy_fetched(const SharedText& domain, const TlsPolicies& policies, const std::string& body);
    /// What changed since the last look, be it an earlier run's. `before`: this run's; null: it had none so far.
    std::optional<MxChange> mx_seen(const SharedText& domain, const MxFacts* before, const MxFacts& now, WallTime at);

private:
    void keep_relay(const EndpointStatus& status);
    /// When the finding of this name was first seen, if it was by an earlier run and nobody has asked so far.
    MaybeTime claim(const std::string& name);

    StateStore* store_;
    bool has_recalled_ = false;
    bool has_tidied_ = false;
    SteadyTime recalled_at_{};
    std::unordered_map<std::string, StoredPolicy> policies_;
    std::unordered_map<EndpointKey, RelayStatus> relay_;
    std::unordered_map<std::size_t, CoarseTime> starttls_;  ///< when it was last offered, by the endpoint's hash
    std::unordered_map<std::string, std::shared_ptr<const MxChanges>> mx_changes_;
    std::mutex since_mutex_;
    std::unordered_map<std::size_t, WallTime> since_;  ///< findings that nobody has asked for, by their names' hash
    std::atomic<bool> has_since_ = false;              ///< there are any: seldom, so that hardly anybody waits
    WallTime started_ = WallTime::max();               ///< what is older was kept by an earlier run
};

}  // namespace mxfleet
