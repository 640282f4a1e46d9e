// One probing thread: its endpoints, their schedule and their sessions. Nothing in it is shared but what it publishes,
// so that politeness by address and network needs no lock. Public functions may be called from any thread.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agent/fleet/back_off.hpp"
#include "agent/fleet/deep_looks.hpp"
#include "agent/fleet/endpoint_cell.hpp"
#include "agent/fleet/interned.hpp"
#include "agent/fleet/policy_turns.hpp"
#include "agent/fleet/relay_plan.hpp"
#include "agent/fleet/schedule.hpp"
#include "agent/fleet/shared_texts.hpp"
#include "agent/fleet/variation.hpp"
#include "agent/judge/vantage.hpp"
#include "probes/io/gate.hpp"
#include "probes/io/reactor.hpp"
#include "probes/smtp/session.hpp"

namespace mxfleet {

/// What a lane goes by. Replaced whole by a reload.
struct LaneSettings {
    SmtpSettings smtp;
    JudgeSettings judge;
    std::string hello;
    TrustStore trust;
    Schedule::Limits limits;     ///< concurrency: this lane's part
    std::size_t handshakes = 1;  ///< this lane's part
    Duration retry_interval{};
    Duration relay_interval{};
    Duration policy_interval{};
    RelayTerms relay;               ///< its sender is that of the policy probes, too
    bool legacy_follow_ups = true;  ///< look again with old TLS where the version was refused
    Duration deep_interval{};       ///< between two rounds of the rarer handshakes; zero: none
    bool looks_first = false;       ///< they are made at once, and the session judged with what they show
};

/// What is wanted of one endpoint.
struct Assignment {
    std::shared_ptr<EndpointCell> cell;
    Duration interval{};
    Duration first_after{};                     ///< the first session is due then
    std::shared_ptr<const AskedDomains> asked;  ///< never null
    Turns turns;                                ///< of the sessions after the first
    SharedTlsa tlsa;                            ///< of the exchange; null: not known
};

/// What keeps a session with an endpoint from beginning now.
struct Hindrance {
    enum class Kind : std::uint8_t { none, in_flight, politeness, not_probed } kind = Kind::none;
    SteadyTime ends{};  ///< with politeness
};

/// Who is told what happens on a lane, on the lane's own thread. Must not block.
class LaneObserver {
public:
    virtual ~LaneObserver() = default;
    virtual void session_started(Duration lag) = 0;
    virtual void session_ended(const EndpointStatus& before, const EndpointStatus& now) = 0;
    /// `now` says something else than before, and is about to be published: what is remembered of it may be added.
    virtual void endpoint_judged(const EndpointStatus& /*before*/, EndpointStatus& /*now*/) {}
    /// The endpoint is known to relay, of which no session told.
    virtual void relaying_seen(const EndpointStatus& /*before*/, const EndpointStatus& /*now*/) {}
    virtual void deferred(Deferral reason, std::uint64_t times) = 0;
    /// The status says something else than before to whoever judges domains.
    virtual void judgement_changed(const std::shared_ptr<EndpointCell>& cell) = 0;
};

class Lane {
public:
    Lane(std::shared_ptr<const LaneSettings> settings, LaneObserver& observer);

    /// Stops without grace if `stop` was not called.
    ~Lane();

    void assign(Assignment assignment);
    void release(std::shared_ptr<EndpointCell> cell);
    void configure(std::shared_ptr<const LaneSettings> settings);

    /// What hinders a session with each of them, in their order.
    std::future<std::vector<Hindrance>> hindrances(std::vector<std::shared_ptr<EndpointCell>> cells);

    /// Their turn is now, whatever it was: behind those who wait already, and no less politely than ever. Their turns
    /// after that lie where they did.
    void bring_forward(std::vector<std::shared_ptr<EndpointCell>> cells);

    /// What has become known of an endpoint's address.
    void note(std::shared_ptr<EndpointCell> cell, Reputation reputation);

    /// A message that it was asked to relay by that form has arrived.
    void note_relayed(std::shared_ptr<EndpointCell> cell, std::string form);

    /// Queues for a start on the address that is no session's of the lane, and tells on the lane's thread once it is
    /// there.
    void claim(const IpAddress& ip, std::function<void()> told);

    /// Holds judgements back, or no longer: our own way out fails, or works again.
    void hold_back(BlockedFamilies blocked);

    /// Starts no more sessions, gives those under way `grace` to end, then abandons them; the thread ends.
    void stop(Duration grace);
    void join();

    /// Runs `task` on the lane's thread: that it runs says that the lane is alive.
    void post(std::function<void()> task);

    /// How long the start that waits longest is overdue, by the clock of now.
    Duration oldest_overdue(SteadyTime now) const;
    std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

private:
    struct Entry {
        Assignment wanted;
        TargetId target = 0;
        std::uint16_t deep_day = 0;  ///< of the last rarer handshakes; here it takes no room of its own
        Variation variation;
        SteadyTime relay_due{};
        BackOff back_off;
        bool released = false;  ///< goes when its session ends
    };

    /// A start for somebody else.
    struct Claim {
        IpAddress ip;
        std::function<void()> told;
    };

    void apply(std::shared_ptr<const LaneSettings> settings);
    void add(Assignment assignment);
    void remove(EndpointCell& cell);
    Hindrance hindrance(const EndpointCell& cell) const;
    void dispatch();
    bool give_away(TargetId target);
    void sleep_until_next();
    void report_progress();
    void publish_vantage(BlockedFamilies blocked);
    void publish_tlsa(const Assignment& assignment);
    asio::awaitable<void> probe(TargetId target);
    void finish(TargetId target, SteadyTime started, SessionFacts facts);
    SteadyTime take(Entry& entry, SteadyTime started, SessionFacts facts);
    SteadyTime take_look(Entry& entry, const SessionFacts& facts);
    std::uint16_t deep_day_of(const EndpointKey& key) const;
    bool wants_deep_looks(Entry& entry, const SessionFacts& facts);
    SessionPlan plan_for(const Entry& entry) const;
    SteadyTime record(Entry& entry, SteadyTime started, SessionFacts facts);
    EndpointStatus held_status(const Entry& entry) const;
    void note_relay(Entry& entry, const SessionFacts& facts) const;
    EndpointStatus status_after(const Entry& entry, const EndpointStatus& held, SessionFacts facts);
    Duration polite_interval(const Entry& entry) const;
    void begin_stopping(Duration grace);
    void end_when_idle();

    std::shared_ptr<const LaneSettings> settings_;
    LaneObserver& observer_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    Reactor reactor_{context_};
    Gate handshakes_;
    std::shared_ptr<const SessionContext> session_context_;
    Schedule schedule_;
    asio::steady_timer dispatch_timer_{context_};
    asio::steady_timer grace_timer_{context_};
    std::unordered_map<TargetId, Entry> entries_;
    std::unordered_map<TargetId, Claim> claims_;
    PolicyTurns policy_turns_;
    DeepLooks deep_looks_;
    std::unordered_set<Session*> sessions_;
    Interned<Capabilities, CapabilitiesHash> capabilities_;  ///< thousands of servers offer the same
    Interned<RareHandshakes, RareHandshakesHash> rare_handshakes_;
    SharedTexts texts_;  ///< and the same is said of them
    std::array<std::uint64_t, deferral_count> reported_deferrals_{};
    BlockedFamilies blocked_;
    SteadyTime armed_for_{};                ///< when the dispatch timer goes off
    std::atomic<bool> stop_asked_ = false;  ///< what still waits in the queue is not worth doing
    bool stopping_ = false;
    std::atomic<SteadyTime> first_turn_;
    std::atomic<std::size_t> in_flight_ = 0;
    std::thread thread_;
};

}  // namespace mxfleet
