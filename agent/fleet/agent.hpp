// The fleet at work: looks domains up, hands their endpoints to the lanes, judges what comes back, and publishes all of
// it. One thread coordinates; public functions may be called from any thread.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <unordered_set>
#include <vector>

#include "agent/fleet/check_now.hpp"
#include "agent/fleet/comparison.hpp"
#include "agent/fleet/first_round.hpp"
#include "agent/fleet/flows.hpp"
#include "agent/fleet/lookups.hpp"
#include "agent/fleet/memory.hpp"
#include "agent/fleet/observer.hpp"
#include "agent/fleet/policies.hpp"
#include "agent/fleet/recipient.hpp"
#include "agent/fleet/relay_confirmations.hpp"
#include "agent/fleet/reputations.hpp"
#include "agent/fleet/services.hpp"
#include "agent/fleet/shared_texts.hpp"
#include "agent/fleet/targets.hpp"
#include "agent/fleet/vantage.hpp"

namespace mxfleet {

class Agent : private LaneObserver,
              private LookupUser,
              private PolicyUser,
              private ComparisonUser,
              private ReputationUser,
              private DnsObserver {
public:
    /// Starts the threads. Watches nobody yet. `observer` outlives it, and so does `state`, which may be null.
    Agent(const Settings& settings, TrustStore trust, FleetObserver& observer, StateStore* state = nullptr);
    ~Agent() override;

    /// Makes the domains just these. Ready when readers of `fleet` see them.
    std::future<void> watch(std::vector<Domain> domains);

    /// Goes by other settings from now on. What is known of the targets stays. The number of threads and
    /// the shard stay, too.
    void reconfigure(const Settings& settings, TrustStore trust);

    /// Checks the domain before its turn, if it may be checked now. Waits a moment for the answer.
    CheckAnswer check(const DomainStatus& domain);

    /// Ends: sessions get `grace`, then are abandoned. Returns when every thread has ended.
    void stop(Duration grace);

    const Published<Fleet>& fleet() const { return fleet_; }

    /// Whether every domain has been looked at once, or one interval has passed.
    bool is_ready() const { return first_round_.is_ready(); }

    /// The most overdue start of all lanes, and sessions and lookups in flight.
    Duration oldest_overdue() const;
    std::size_t sessions_in_flight() const;
    std::size_t lookups_in_flight() const { return lookups_.in_flight(); }
    std::size_t policies_in_flight() const { return policies_.in_flight(); }
    std::size_t services_in_flight() const { return services_.in_flight(); }
    std::size_t flows_in_flight() const { return flows_.in_flight(); }

    /// When the slowest thread was last seen to work, by the steady clock: what a watchdog goes by.
    SteadyTime last_heartbeat() const;

private:
    // On lanes' threads.
    void session_started(Duration lag) override;
    void session_ended(const EndpointStatus& before, const EndpointStatus& status) override;
    void endpoint_judged(const EndpointStatus& before, EndpointStatus& now) override {
        memory_.endpoint_judged(before, now);
    }
    void relaying_seen(const EndpointStatus& before, const EndpointStatus& now) override;
    void deferred(Deferral reason, std::uint64_t times) override;
    void judgement_changed(const std::shared_ptr<EndpointCell>& cell) override;

    // On the coordinating thread.
    void apply(const Settings& settings, TrustStore trust);
    std::shared_ptr<const LaneSettings> settings_of_a_lane() const;
    void set_domains(std::vector<Domain> domains);
    bool is_watched(const SharedText& domain) override;
    std::uint16_t port_of(const SharedText& domain) override;
    void lookup_ended(const SharedText& domain, MxFacts facts) override;
    DomainTarget* watched(const SharedText& domain) override;
    void tls_policies_changed(DomainTarget& target) override;
    void on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) override;
    void mx_compared(const SharedText& domain, ComparedMx compared) override;
    void reputation_learned(const std::shared_ptr<EndpointCell>& cell, const Reputation& reputation) override;
    void list_asked(DnsblAnswer listing) override;
    void learn(DomainTarget& domain, MxFacts facts);
    void forget(DomainTarget& domain);
    void tick();
    void send_changes();
    void judge_dirty();
    void judge(DomainTarget& domain);
    void look_at_ourselves();
    void configure_lanes();
    void recipient_moved();
    void confirm_relaying(const std::shared_ptr<EndpointCell>& cell);
    Lane& lane_of(const EndpointKey& endpoint) { return lane_of(endpoint.ip); }
    Lane& lane_of(const IpAddress& ip);
    void hold_back();
    void publish_fleet();
    void beat();
    void stop_coordinating();

    FleetObserver& observer_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    Settings settings_;
    const ShardSettings shard_;  ///< a reload does not change it
    TrustStore trust_;
    Targets targets_;
    Memory memory_;
    Lookups lookups_{context_, *this, *this};
    Recipient recipient_{context_, lookups_, [this] { recipient_moved(); }};
    Policies policies_{context_, *this, lookups_, memory_, observer_};
    Comparison comparison_{context_, *this, observer_};
    Reputations reputations_{context_, *this};
    const ClaimStart claim_start_ = [this](const IpAddress& ip, std::function<void()> told) {
        lane_of(ip).claim(ip, std::move(told));
    };
    Services services_{context_, observer_, claim_start_};
    Flows flows_;
    RelayConfirmations relay_confirmations_;
    std::unordered_set<SharedText> dirty_domains_;
    SharedTexts texts_;  ///< thousands of domains are told the same
    Vantage vantage_{context_, memory_};
    bool fleet_changed_ = false;  ///< since it was published
    SteadyTime publish_due_{};    ///< not again before
    std::atomic<bool> stopping_ = false;
    FirstRound first_round_;
    asio::steady_timer timer_{context_};
    Published<Fleet> fleet_;
    std::atomic<SteadyTime> coordinator_beat_;
    std::vector<std::unique_ptr<std::atomic<SteadyTime>>> lane_beats_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::thread thread_;
};

}  // namespace mxfleet
