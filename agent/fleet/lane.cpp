#include "agent/fleet/lane.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include "agent/judge/siblings.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

constexpr SteadyTime never = SteadyTime::max();

}  // namespace

Lane::Lane(std::shared_ptr<const LaneSettings> settings, LaneObserver& observer, Duration start_phase)
    : observer_(observer),
      start_phase_(start_phase),
      handshakes_(context_, settings->handshakes),
      schedule_(settings->limits),
      first_turn_(never) {
    apply(std::move(settings));
    thread_ = std::thread([this] { context_.run(); });
}

Lane::~Lane() {
    if (!thread_.joinable()) return;
    stop(Duration::zero());
    join();
}

void Lane::assign(Assignment assignment) {
    asio::post(context_, [this, wanted = std::move(assignment)]() mutable { add(std::move(wanted)); });
}

void Lane::release(std::shared_ptr<EndpointCell> cell) {
    asio::post(context_, [this, released = std::move(cell)] { remove(*released); });
}

void Lane::configure(std::shared_ptr<const LaneSettings> settings) {
    asio::post(context_, [this, next = std::move(settings)]() mutable {
        apply(std::move(next));
        dispatch();
    });
}

void Lane::claim(const IpAddress& ip, std::function<void()> told) {
    asio::post(context_, [this, claimed = Claim{ip, std::move(told)}]() mutable {
        const TargetId target = schedule_.add(claimed.ip, steady_now());
        claims_.emplace(target, std::move(claimed));
        dispatch();
    });
}

std::future<std::vector<Hindrance>> Lane::hindrances(std::vector<std::shared_ptr<EndpointCell>> cells) {
    auto promise = std::make_shared<std::promise<std::vector<Hindrance>>>();
    std::future<std::vector<Hindrance>> answer = promise->get_future();
    asio::post(context_, [this, promise, asked = std::move(cells)] {
        std::vector<Hindrance> all;
        for (const auto& cell : asked)
            all.push_back(hindrance(*cell));
        promise->set_value(std::move(all));
    });
    return answer;
}

void Lane::bring_forward(std::vector<std::shared_ptr<EndpointCell>> cells) {
    asio::post(context_, [this, hurried = std::move(cells)] {
        for (const auto& cell : hurried) {
            if (cell->target) schedule_.reschedule(*cell->target, steady_now());
        }
        dispatch();
    });
}

void Lane::note(std::shared_ptr<EndpointCell> cell, Reputation reputation) {
    asio::post(context_, [this, cell = std::move(cell), learned = std::move(reputation)]() mutable {
        const auto held = cell->status.read();
        EndpointStatus status = with_reputation(*held, std::move(learned), wall_now());
        const bool changed = !same_judgement(*held, status);
        if (changed) observer_.endpoint_judged(*held, status);
        cell->status.publish(std::make_shared<const EndpointStatus>(std::move(status)));
        if (changed) observer_.judgement_changed(cell);
    });
}

void Lane::note_relayed(std::shared_ptr<EndpointCell> cell, std::string form) {
    asio::post(context_, [this, cell = std::move(cell), form = std::move(form)] {
        const auto held = cell->status.read();
        EndpointStatus status = with_relayed(*held, form, wall_now());
        if (same_judgement(*held, status)) return;
        observer_.endpoint_judged(*held, status);
        observer_.relaying_seen(*held, status);
        cell->status.publish(std::make_shared<const EndpointStatus>(std::move(status)));
        observer_.judgement_changed(cell);
    });
}

void Lane::hold_back(BlockedFamilies blocked) {
    asio::post(context_, [this, blocked] { publish_vantage(blocked); });
}

void Lane::stop(Duration grace) {
    stop_asked_.store(true, std::memory_order_relaxed);
    asio::post(context_, [this, grace] { begin_stopping(grace); });
}

void Lane::join() {
    if (thread_.joinable()) thread_.join();
}

void Lane::post(std::function<void()> task) {
    asio::post(context_, std::move(task));
}

Duration Lane::oldest_overdue(SteadyTime now) const {
    return std::max(Duration::zero(), now - std::min(now, first_turn_.load(std::memory_order_relaxed)));
}

void Lane::apply(std::shared_ptr<const LaneSettings> settings) {
    const bool same_trust = settings_ && settings_->trust == settings->trust;
    auto tls = same_trust ? session_context_->tls : std::make_shared<TlsClients>(settings->trust);
    session_context_ =
        std::make_shared<const SessionContext>(SessionContext{reactor_, handshakes_, std::move(tls), settings->smtp});
    handshakes_.resize(settings->handshakes);
    schedule_.set_limits(settings->limits);
    agenda_.configure(settings);
    settings_ = std::move(settings);
}

void Lane::add(Assignment assignment) {
    if (stop_asked_.load(std::memory_order_relaxed)) return;
    EndpointCell& cell = *assignment.cell;
    const SteadyTime now = steady_now();
    if (cell.target) {
        Entry& entry = entries_.at(*cell.target);
        const bool other_interval = entry.wanted.interval != assignment.interval;
        if (entry.wanted.tlsa != assignment.tlsa) publish_tlsa(assignment);
        // Other turns alone hold from the next session on: while a fleet comes to be known a backup gets new ones
        // often.
        entry.wanted = std::move(assignment);
        if (other_interval) {
            const Duration interval = polite_interval(entry);
            const Duration left_out = stretched(interval, entry.back_off) - interval;
            schedule_.reschedule(entry.target, entry.wanted.turns.next(now + left_out, interval));
        }
    } else {
        const TargetId target = schedule_.add(cell.key.ip, now + assignment.first_after);
        cell.target = target;
        const auto [added, _] = entries_.emplace(target, Entry{.wanted = std::move(assignment), .target = target});
        agenda_.add(added->second);
    }
    dispatch();
}

void Lane::remove(EndpointCell& cell) {
    if (!cell.target || stop_asked_.load(std::memory_order_relaxed)) return;
    const TargetId target = *cell.target;
    cell.target.reset();
    agenda_.forget(target);
    Entry& entry = entries_.at(target);
    const bool in_flight = schedule_.is_in_flight(target);
    schedule_.remove(target);
    entry.released = true;
    if (!in_flight) entries_.erase(target);
    dispatch();
}

Hindrance Lane::hindrance(const EndpointCell& cell) const {
    using Kind = Hindrance::Kind;
    if (!cell.target || stopping_) return {Kind::not_probed};
    if (schedule_.is_in_flight(*cell.target)) return {Kind::in_flight};
    const SteadyTime free_at = schedule_.free_at(*cell.target);
    return free_at > steady_now() ? Hindrance{Kind::politeness, free_at} : Hindrance{};
}

void Lane::dispatch() {
    if (stopping_) return;
    while (const auto start = schedule_.next(steady_now())) {
        if (give_away(start->target)) continue;
        observer_.session_started(start->lag);
        asio::co_spawn(context_, probe(start->target), rethrow);
    }
    report_progress();
    sleep_until_next();
}

/// Whether that is somebody else's start, who is told then.
bool Lane::give_away(TargetId target) {
    const auto claim = claims_.find(target);
    if (claim == claims_.end()) return false;
    claim->second.told();
    claims_.erase(claim);
    schedule_.remove(target);
    schedule_.finished(target, steady_now(), {});
    return true;
}

void Lane::sleep_until_next() {
    using Grain = std::chrono::duration<Duration::rep, std::ratio<1, starts_a_second>>;
    const auto wakeup = schedule_.wakeup();
    const SteadyTime next = wakeup ? std::chrono::ceil<Grain>(*wakeup - start_phase_) + start_phase_ : never;
    if (next == armed_for_) return;
    armed_for_ = next;
    dispatch_timer_.expires_at(next);
    dispatch_timer_.async_wait([this](const asio::error_code& error) {
        if (error) return;
        armed_for_ = {};
        dispatch();
    });
}

void Lane::report_progress() {
    first_turn_.store(schedule_.first_turn().value_or(never), std::memory_order_relaxed);
    in_flight_.store(schedule_.in_flight(), std::memory_order_relaxed);
    const auto& deferred = schedule_.deferred();
    for (std::size_t reason = 0; reason < deferral_count; ++reason) {
        if (deferred[reason] == reported_deferrals_[reason]) continue;
        observer_.deferred(static_cast<Deferral>(reason), deferred[reason] - reported_deferrals_[reason]);
    }
    reported_deferrals_ = deferred;
}

void Lane::publish_vantage(BlockedFamilies blocked) {
    blocked_ = blocked;
    for (const auto& [target, entry] : entries_) {
        auto& published = entry.wanted.cell->status;
        const auto held = published.read();
        const bool fails = blocked.holds(held->key.ip);
        if (held->held_back == fails) continue;
        published.publish(std::make_shared<const EndpointStatus>(with_vantage(*held, fails)));
        observer_.judgement_changed(entry.wanted.cell);
    }
}

/// Whoever judges domains need not wait for the next session to see that records went, or that they cannot be asked
/// for.
void Lane::publish_tlsa(const Assignment& assignment) {
    auto& published = assignment.cell->status;
    published.publish(std::make_shared<const EndpointStatus>(with_tlsa(*published.read(), assignment.tlsa)));
    observer_.judgement_changed(assignment.cell);
}

asio::awaitable<void> Lane::probe(TargetId target) {
    const SteadyTime started = steady_now();
    SessionPlan plan = agenda_.plan(entries_.at(target));
    Session session(session_context_, std::move(plan));
    sessions_.insert(&session);
    SessionFacts facts = co_await session.run();
    sessions_.erase(&session);
    finish(target, started, std::move(facts));
}

void Lane::finish(TargetId target, SteadyTime started, SessionFacts facts) {
    Entry& entry = entries_.at(target);
    SteadyTime due = steady_now();
    if (!stopping_ && !entry.released) due = take(entry, started, std::move(facts));
    schedule_.finished(target, steady_now(), due);
    if (entry.released) entries_.erase(target);
    if (stopping_) return end_when_idle();
    // What may begin now begins with the next moment of starts.
    report_progress();
    sleep_until_next();
}

/// What becomes of a session, and when the next is due.
SteadyTime Lane::take(Entry& entry, SteadyTime started, SessionFacts facts) {
    if (agenda_.is_looking(entry)) return take_look(entry, facts);
    Variation& variation = entry.variation;
    if (variation.begins_follow_up(facts, settings_->legacy_follow_ups, steady_now())) return steady_now();
    variation.end_follow_up(facts, steady_now());
    DeepLooks::Look* const look = agenda_.begin_looks(entry, facts);
    if (look == nullptr) return record(entry, started, std::move(facts));
    if (settings_->looks_first) {
        look->held = DeepLooks::Held{started, std::move(facts)};
    } else {
        look->turn_after = record(entry, started, std::move(facts));
    }
    return steady_now();
}

SteadyTime Lane::take_look(Entry& entry, const SessionFacts& facts) {
    auto whole = agenda_.take_look(entry, facts);
    if (!whole) return steady_now();
    auto& published = entry.wanted.cell->status;
    EndpointStatus status = with_rare_handshakes(*published.read(), std::move(whole->found));
    status.rare_handshakes = rare_handshakes_.shared(std::move(status.rare_handshakes));
    published.publish(std::make_shared<const EndpointStatus>(std::move(status)));
    if (!whole->held) return whole->turn_after;
    return record(entry, whole->held->started, std::move(whole->held->facts));
}

/// What was known before the session, with what the configuration says about relaying since.
EndpointStatus Lane::held_status(const Entry& entry) const {
    EndpointStatus held = *entry.wanted.cell->status.read();
    held.held_back = blocked_.holds(held.key.ip);
    held.tlsa = entry.wanted.tlsa;
    if (entry.wanted.asked->policy.empty()) held.set_policies(nullptr);
    if (entry.wanted.asked->relay.empty()) {
        held.relay = not_tested(held.relay, "disabled");
    } else if (const std::string obstacle = relay_obstacle(settings_->relay, held.key); !obstacle.empty()) {
        held.relay = not_tested(held.relay, obstacle);
    }
    return held;
}

EndpointStatus Lane::status_after(const Entry& entry, const EndpointStatus& held, SessionFacts facts) {
    const auto session = std::make_shared<const SessionFacts>(std::move(facts));
    EndpointStatus status = after_session(held, session, wall_now(), settings_->judge);
    status.relay.reason = texts_.shared(std::move(status.relay.reason));
    for (HeldStatement& each : status.findings)
        each.statement.summary = texts_.shared(std::move(each.statement.summary));
    if (session->policy) {
        status.set_policies(after_run(held.policies().get(), *session->policy, entry.wanted.asked->policy, wall_now()));
    }
    return status;
}

/// Publishes the session, and says when the next one is due.
SteadyTime Lane::record(Entry& entry, SteadyTime started, SessionFacts facts) {
    const EndpointStatus held = held_status(entry);
    agenda_.heard(entry, facts);
    EndpointStatus status = status_after(entry, held, std::move(facts));
    entry.back_off = after_session(entry.back_off, status);
    const Duration interval = polite_interval(entry);
    const Duration wait = status.interval = stretched(interval, entry.back_off);
    if (wait > interval) schedule_.count_deferral(Deferral::backoff);
    const bool retry =
        awaits_confirmation(status.confirmation, settings_->judge.failures_to_confirm) && entry.back_off.times == 0;

    const bool changed = !same_judgement(held, status);
    if (changed) observer_.endpoint_judged(held, status);
    auto published = std::make_shared<const EndpointStatus>(std::move(status));
    entry.wanted.cell->status.publish(published);
    observer_.session_ended(held, *published);
    if (changed || !same_to_siblings(held, *published)) observer_.judgement_changed(entry.wanted.cell);
    if (retry) return steady_now() + std::min(settings_->retry_interval, interval);
    return entry.wanted.turns.after_start(started, interval, wait);
}

/// INTERFACE §3, per_ip_gap: max(interval, gap × endpoints on the address); the back-off comes on top.
Duration Lane::polite_interval(const Entry& entry) const {
    const IpAddress& ip = entry.wanted.cell->key.ip;
    const auto claims = std::ranges::count(claims_, ip, [](const auto& each) { return each.second.ip; });
    const auto neighbours = static_cast<Duration::rep>(schedule_.targets_on(ip)) - claims;
    return std::max(entry.wanted.interval, settings_->limits.per_ip_gap * neighbours);
}

void Lane::begin_stopping(Duration grace) {
    if (stopping_) return;
    stopping_ = true;
    dispatch_timer_.cancel();
    handshakes_.close();
    grace_timer_.expires_after(grace);
    grace_timer_.async_wait([this](const asio::error_code& error) {
        if (error) return;
        for (Session* const session : sessions_)
            session->abandon();
    });
    end_when_idle();
}

void Lane::end_when_idle() {
    if (!sessions_.empty()) return;
    grace_timer_.cancel();
    reactor_.stop();
    work_.reset();
}

}  // namespace mxfleet
