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

#include "agent/fleet/agenda.hpp"
#include "agent/fleet/endpoint_cell.hpp"
#include "agent/fleet/interned.hpp"
#include "agent/fleet/lane_settings.hpp"
#include "agent/fleet/schedule.hpp"
#include "agent/fleet/shared_texts.hpp"
#include "agent/judge/vantage.hpp"
#include "probes/io/gate.hpp"
#include "probes/io/reactor.hpp"
#include "probes/smtp/session.hpp"

namespace mxfleet {

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
    /// Sessions begin at so many moments a second: waking up for each by itself costs as much as a session.
    static constexpr std::intmax_t starts_a_second = 200;

    /// `start_phase`: how long after those of the first lane its moments are, so that not all lanes begin at once.
    Lane(std::shared_ptr<const LaneSettings> settings, LaneObserver& observer, Duration start_phase = {});

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
    using Entry = LaneEntry;

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
    SteadyTime record(Entry& entry, SteadyTime started, SessionFacts facts);
    EndpointStatus held_status(const Entry& entry) const;
    EndpointStatus status_after(const Entry& entry, const EndpointStatus& held, SessionFacts facts);
    Duration polite_interval(const Entry& entry) const;
    void begin_stopping(Duration grace);
    void end_when_idle();

    std::shared_ptr<const LaneSettings> settings_;
    LaneObserver& observer_;
    const Duration start_phase_;
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
    Agenda agenda_;
    std::unordered_set<Session*> sessions_;
    Interned<RareHandshakes, RareHandshakesHash> rare_handshakes_;
    SharedTexts texts_;  ///< of thousands of servers the same is said
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
