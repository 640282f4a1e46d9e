#include "agent/fleet/agent.hpp"

#include <algorithm>
#include <asio/post.hpp>

#include "agent/fleet/endpoints_in.hpp"
#include "agent/fleet/learned.hpp"
#include "agent/fleet/settings_of.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

using std::chrono::milliseconds;

constexpr Duration tick_length = milliseconds{100};
constexpr Duration lookup_spread = std::chrono::microseconds{200};
constexpr int publish_share = 20;  ///< the fleet is not published again for so many times what it took

}  // namespace

Agent::Agent(const Settings& settings, TrustStore trust, FleetObserver& observer, StateStore* state)
    : observer_(observer),
      shard_(settings.schedule.shard),
      targets_(target_terms(settings), shard_),
      memory_(state),
      flows_(context_, observer, state, std::make_unique<LiveMailPorts>(context_, claim_start_)),
      relay_confirmations_(context_, state, std::make_unique<LiveMailPorts>(context_, claim_start_),
                           [this](std::shared_ptr<EndpointCell> cell, std::string form) {
                               Lane& lane = lanes_.of(cell->key);
                               lane.note_relayed(std::move(cell), std::move(form));
                           }),
      first_round_(steady_now()),
      coordinator_beat_(steady_now()),
      lanes_(settings) {
    apply(settings, std::move(trust));
    lanes_.start(settings_of_a_lane(), *this);
    fleet_.publish(std::make_shared<const Fleet>());
    tick();
    thread_ = std::thread([this] { context_.run(); });
}

Agent::~Agent() {
    stop(Duration::zero());
}

std::future<void> Agent::watch(std::vector<Domain> domains) {
    std::promise<void> seen;
    std::future<void> is_seen = seen.get_future();
    asio::post(context_, [this, wanted = std::move(domains), seen = std::move(seen)]() mutable {
        set_domains(std::move(wanted));
        seen.set_value();
    });
    return is_seen;
}

void Agent::reconfigure(const Settings& settings, TrustStore trust) {
    asio::post(context_, [this, settings, trust = std::move(trust)]() mutable {
        apply(settings, std::move(trust));
        targets_.set_terms(target_terms(settings));
        configure_lanes();
    });
}

CheckAnswer Agent::check(const DomainStatus& domain) {
    return check_now(domain, {context_, lookups_, [this](const EndpointKey& key) -> Lane& { return lanes_.of(key); }});
}

void Agent::stop(Duration grace) {
    if (!thread_.joinable()) return;
    stopping_ = true;
    judging_.stop();
    lanes_.stop(grace);
    asio::post(context_, [this] { stop_coordinating(); });
    thread_.join();
}

SteadyTime Agent::last_heartbeat() const {
    return std::min(coordinator_beat_.load(std::memory_order_relaxed), lanes_.slowest_beat());
}

// ---- On lanes' threads ----------------------------------------------------------------------------------------------

void Agent::session_started(Duration lag) {
    observer_.session_started(lag);
}

void Agent::session_ended(const EndpointStatus& before, const EndpointStatus& now) {
    observer_.session_ended(now);
    if (!same_judgement(before, now)) observer_.endpoint_changed(before, now);
    memory_.session_ended(before, now);
    vantage_.session_ended(now);
}

void Agent::relaying_seen(const EndpointStatus& before, const EndpointStatus& now) {
    observer_.endpoint_changed(before, now);
    memory_.relaying_seen(now);
}

void Agent::deferred(Deferral reason, std::uint64_t times) {
    observer_.deferred(reason, times);
}

void Agent::judgement_changed(const std::shared_ptr<EndpointCell>& cell) {
    asio::post(context_, [this, cell] {
        for (const DomainTarget* const domain : targets_.domains_of(cell->key))
            judging_.note(domain->cell->name);
        confirm_relaying(cell);
    });
}

// ---- Settings and targets -------------------------------------------------------------------------------------------

void Agent::apply(const Settings& settings, TrustStore trust) {
    settings_ = settings;
    trust_ = std::move(trust);
    vantage_.configure(settings_, trust_);
    lookups_.configure(settings_);
    recipient_.configure(settings_);
    policies_.configure(settings_, trust_);
    comparison_.configure(settings_);
    reputations_.configure(settings_);
    services_.configure(settings_, trust_);
    flows_.configure(settings_, trust_);
    relay_confirmations_.configure(settings_, trust_);
}

std::shared_ptr<const LaneSettings> Agent::settings_of_a_lane() const {
    auto lane = std::make_shared<LaneSettings>(lane_settings(settings_, trust_, lanes_.count()));
    lane->relay.route = recipient_.route();
    lane->judge.own_address_listed = vantage_.own_address_listed();
    return lane;
}

void Agent::configure_lanes() {
    lanes_.configure(settings_of_a_lane());
}

void Agent::recipient_moved() {
    configure_lanes();
    for (const auto& cell : targets_.endpoint_cells())
        confirm_relaying(cell);
}

void Agent::confirm_relaying(const std::shared_ptr<EndpointCell>& cell) {
    if (relay_confirmations_.is_enabled())
        relay_confirmations_.look(cell, recipient_.route(), targets_.domains_of(cell->key));
}

void Agent::set_domains(std::vector<Domain> domains) {
    if (stopping_) return;
    const SteadyTime now = steady_now();
    memory_.recall(now, wall_now());
    Duration wait{};
    const Targets::DomainChanges changes = targets_.set_domains(std::move(domains), now);
    for (DomainTarget* const domain : changes.added) {
        memory_.restore(*domain);
        lookups_.add(domain->cell->name, now + wait);
        judging_.note(domain->cell->name);
        wait += lookup_spread;
    }
    for (const DomainTarget* const domain : changes.altered)
        judging_.note(domain->cell->name);
    first_round_.watch(changes.added, targets_);
    publish_due_ = now;  // somebody waits for it
    send_changes();
}

// ---- DNS ------------------------------------------------------------------------------------------------------------

bool Agent::is_watched(const SharedText& domain) {
    return !stopping_ && targets_.find(domain) != nullptr;
}

std::uint16_t Agent::port_of(const SharedText& domain) {
    const DomainTarget* const target = targets_.find(domain);
    return target != nullptr ? target->policy->port.value_or(settings_.smtp.port) : settings_.smtp.port;
}

void Agent::lookup_ended(const SharedText& domain, MxFacts facts) {
    observer_.lookup_ended(facts);
    vantage_.lookup_ended(facts);
    if (!stopping_) comparison_.begin(facts);
    DomainTarget* const target = targets_.find(domain);
    if (target != nullptr && !stopping_) learn(*target, std::move(facts));
}

void Agent::on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) {
    observer_.on_query(resolver, type, outcome, taken);
    vantage_.resolver_asked(resolver, outcome);
}

void Agent::mx_compared(const SharedText& domain, ComparedMx compared) {
    DomainTarget* const target = targets_.find(domain);
    if (target == nullptr || past_of(target->past).compared == compared) return;
    MxPast past = past_of(target->past);
    past.compared = std::move(compared);
    target->past = std::make_shared<const MxPast>(std::move(past));
    judging_.note(domain);
}

void Agent::reputation_learned(const std::shared_ptr<EndpointCell>& cell, const Reputation& reputation) {
    lanes_.of(cell->key).note(cell, reputation);
}

void Agent::list_asked(DnsblAnswer listing) {
    observer_.list_asked(listing);
}

void Agent::learn(DomainTarget& domain, MxFacts facts) {
    const SteadyTime now = steady_now();
    const auto before = domain.good;
    const bool failed = facts.state == MxState::unknown;
    const bool has_good_set = domain.good && now - domain.good_at < settings_.schedule.dns_stale_max;
    const bool was_shown = domain.is_shown();
    std::size_t more_over_cap = 0;
    if (!failed || !has_good_set) {
        const auto found = endpoints_in(facts, *domain.policy, settings_.smtp);
        more_over_cap = targets_.set_endpoints(domain, found, now, wall_now());
        for (const auto& [preference, place, endpoint] : domain.endpoints)
            memory_.restore(*endpoint->cell);
        domain.part = domain_part(domain.cell->name, &facts, shard_);
    }
    if (domain.part.dns) count_dropped(observer_, before.get(), facts);
    if (more_over_cap > 0) observer_.dropped(DropReason::fleet_cap, more_over_cap);
    share_with_endpoints(facts, domain);
    facts.resolver = resolver_names_.shared(std::move(facts.resolver));
    domain.mx = std::make_shared<const MxFacts>(std::move(facts));
    domain.checked_at = wall_now();
    if (!failed) {
        auto change = memory_.mx_seen(domain.cell->name, domain.good.get(), *domain.mx, *domain.checked_at);
        if (change) {
            if (domain.part.dns) observer_.mx_changed(domain.cell->name, *change);
            domain.past = with_change(past_of(domain.past), *std::move(change));
        }
        domain.good = domain.mx;
        domain.good_at = std::chrono::time_point_cast<CoarseSteadyTime::duration>(now);
    }
    judging_.note(domain.cell->name);
    fleet_changed_ = fleet_changed_ || domain.is_shown() != was_shown;
    if (domain.is_shown()) {
        policies_.mx_looked_up(domain);
    } else {
        forget(domain);
    }
}

DomainTarget* Agent::watched(const SharedText& domain) {
    DomainTarget* const target = stopping_ ? nullptr : targets_.find(domain);
    return target != nullptr && target->is_shown() ? target : nullptr;
}

void Agent::tls_policies_changed(DomainTarget& target) {
    judging_.note(target.cell->name);
}

/// All of it is other agents'. Of a large fleet that is most domains: nothing is kept of what is not shown.
void Agent::forget(DomainTarget& domain) {
    domain.mx.reset();
    domain.good.reset();
    domain.tls_policies.reset();
    domain.tls_policies_due = {};
    auto blank = first_status(domain.cell->name, domain.policy, domain.part);
    domain.cell->status.publish(std::make_shared<const DomainStatus>(std::move(blank)));
}

// ---- The round of all things ----------------------------------------------------------------------------------------

void Agent::tick() {
    if (stopping_) return;
    lookups_.begin();
    recipient_.look();
    look_at_ourselves();
    services_.begin(lookups_.dns(), vantage_.blocked());
    flows_.begin(lookups_.dns(), vantage_.blocked());
    relay_confirmations_.begin(lookups_.dns(), vantage_.blocked());
    send_changes();
    judging_.judge_noted();
    memory_.tidy(steady_now());
    first_round_.look(settings_.schedule.interval, steady_now());
    beat();
    timer_.expires_after(tick_length);
    timer_.async_wait([this](const asio::error_code& error) {
        if (!error) tick();
    });
}

void Agent::send_changes() {
    Targets::Changes changes = targets_.take_changes(steady_now());
    for (Assignment& assignment : changes.assignments) {
        Lane& lane = lanes_.of(assignment.cell->key);
        lane.assign(std::move(assignment));
    }
    for (auto& cell : changes.releases) {
        Lane& lane = lanes_.of(cell->key);
        lane.release(std::move(cell));
    }
    fleet_changed_ = fleet_changed_ || changes.set_changed;
    // While a large fleet comes to be known, each tick knows more of it; telling readers each time would cost more than
    // finding out.
    if (fleet_changed_ && steady_now() >= publish_due_) publish_fleet();
}

void Agent::look_at_ourselves() {
    const auto fleet = fleet_.read();
    reputations_.look(*fleet, vantage_.own_addresses(), lookups_.dns());
    const bool was_listed = vantage_.own_address_listed();
    vantage_.look_at_self(reputations_, lookups_.dns());
    if (vantage_.own_address_listed() != was_listed) configure_lanes();
    const BlockedFamilies blocked = vantage_.blocked();
    const bool without_resolver = vantage_.resolvers_fail();
    const auto changes = vantage_.look(*fleet, targets_.domain_count(), lookups_.dns());
    for (const Vantage::Change& change : changes)
        observer_.vantage_changed(change.finding, change.holds);
    if (vantage_.blocked() != blocked || vantage_.resolvers_fail() != without_resolver) hold_back();
    if (!changes.empty() || vantage_.results() != fleet->vantage) publish_fleet();
    fleet_changed_ = fleet_changed_ || reputations_.table() != fleet->dnsbl || services_.cells() != fleet->services ||
                     flows_.cells() != fleet->flows;
}

void Agent::hold_back() {
    lanes_.hold_back(vantage_.blocked());
    judging_.note_all();
}

void Agent::publish_fleet() {
    const SteadyTime began = steady_now();
    fleet_changed_ = false;
    auto fleet = std::make_shared<Fleet>();
    fleet->shard = shard_;
    fleet->domains = targets_.domain_cells();
    fleet->endpoints = targets_.endpoint_cells();
    fleet->services = services_.cells();
    fleet->flows = flows_.cells();
    fleet->agent_findings = vantage_.findings();
    fleet->siblings = sibling_groups(fleet->endpoints);
    fleet->dnsbl = reputations_.table();
    fleet->vantage = vantage_.results();
    observer_.targets_changed(targets_.domain_count(), fleet->endpoints.size());
    fleet_.publish(std::move(fleet));
    const SteadyTime now = steady_now();
    publish_due_ = now + publish_share * (now - began);
}

void Agent::beat() {
    coordinator_beat_ = steady_now();
    lanes_.ask_for_beat();
}

void Agent::stop_coordinating() {
    timer_.cancel();
    vantage_.stop();
    reputations_.stop();
    services_.stop();
    flows_.stop();
    relay_confirmations_.stop();
    comparison_.shutdown();
    lookups_.shutdown();
    policies_.shutdown();
    work_.reset();
}

}  // namespace mxfleet
