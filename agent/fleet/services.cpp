#include "agent/fleet/services.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>

#include "agent/fleet/core_dumps.hpp"
#include "agent/fleet/endpoints_in.hpp"
#include "config/secret_file.hpp"
#include "probes/dns/assess.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/model/shard.hpp"

namespace mxfleet {
namespace {

constexpr Duration lookup_least = std::chrono::seconds{60};

/// min(TTL, dns.interval), and no sooner than CHECKS §1 allows.
Duration until_next_lookup(const MxFacts& facts, const ScheduleSettings& schedule) {
    Duration wait = schedule.dns_interval;
    if (facts.shortest_ttl) wait = std::min<Duration>(wait, *facts.shortest_ttl);
    return std::max(wait, lookup_least);
}

Credentials credentials_of(const ServiceSettings& service, const Settings& settings) {
    const auto found = settings.credentials.find(service.credentials);
    return found == settings.credentials.end() ? Credentials{} : found->second;
}

ServiceAddressStatus* find(ServiceStatus& status, const EndpointKey& key) {
    const auto found = std::ranges::find(status.addresses, key, &ServiceAddressStatus::key);
    return found == status.addresses.end() ? nullptr : &*found;
}

}  // namespace

asio::awaitable<MxFacts> look_up_service(DnsLookup& lookup, std::string host, const Settings& settings) {
    const auto typed = IpAddress::parse(host);
    if (typed) co_return assume_address(host, *typed, settings.targets);
    ResolveSettings how{settings.smtp.max_endpoints_per_domain, settings.targets};
    std::string domain = host;
    co_return co_await resolve_host(lookup, std::move(domain), std::move(host), std::move(how));
}

ServiceStatus first_status(const ServiceSettings& service) {
    ServiceStatus status;
    status.name = service.name;
    status.kind = service.kind;
    status.host = service.host;
    status.credentials = service.credentials;
    return status;
}

std::vector<ServiceAddressStatus> addresses_of(const ServiceSettings& service, const MxFacts& facts,
                                               const SmtpSettings& smtp, WallTime now) {
    DomainPolicy policy;
    policy.port = service.port.value_or(row_of(service.kind).port);
    std::vector<ServiceAddressStatus> addresses;
    for (const FoundEndpoint& found : endpoints_in(facts, policy, smtp)) {
        ServiceAddressStatus status;
        status.key = found.key;
        if (found.skip) status = skipped_service(found.key, *found.skip, now);
        addresses.push_back(std::move(status));
    }
    return addresses;
}

ServiceVisit visit_of(const ServiceSettings& service, const EndpointKey& address, const Settings& settings) {
    ServiceVisit visit{address, {service.kind, settings.agent.ehlo}};
    if (service.credentials.empty()) return visit;
    const Credentials credentials = credentials_of(service, settings);
    auto password = read_password(credentials);
    if (password) {
        visit.plan.login = LoginPlan{credentials.username, std::move(*password)};
    } else {
        visit.no_password = password.error();
    }
    return visit;
}

JudgeSettings service_judge_settings(const Settings& settings) {
    JudgeSettings judge;
    judge.failures_to_confirm = settings.schedule.failures_to_confirm;
    judge.expiry_warning = settings.tls.expiry_warning;
    judge.expiry_critical = settings.tls.expiry_critical;
    judge.skip_without_ipv6_route = settings.smtp.ipv6 == UseIpv6::automatic;
    return judge;
}

Services::Services(asio::io_context& context, ServiceObserver& observer, ClaimStart claim)
    : context_(context),
      observer_(observer),
      courtesy_(context, std::move(claim)),
      handshakes_(context, visits_at_once) {}

// ---- Which there are ------------------------------------------------------------------------------------------------

void Services::configure(const Settings& settings, const TrustStore& trust) {
    settings_ = settings;
    keep_secrets_out_of_core_dumps(settings);
    std::vector<WatchedPointer> now;
    for (const ServiceSettings& service : settings.services) {
        const ShardSettings& shard = settings.schedule.shard;
        if (shard_of(service.name, shard.count) == shard.index) now.push_back(watched(service));
    }
    std::ranges::sort(now, {}, [](const auto& each) { return each->cell->name.text(); });
    for (const WatchedPointer& before : watched_)
        before->is_dropped = std::ranges::find(now, before) == now.end();
    watched_ = std::move(now);
    cells_.clear();
    for (const WatchedPointer& each : watched_)
        cells_.push_back(each->cell);
    if (watched_.empty()) return;
    if (!reactor_) reactor_ = std::make_unique<Reactor>(context_);
    session_context_ = std::make_shared<const SessionContext>(
        SessionContext{*reactor_, handshakes_, std::make_shared<TlsClients>(trust), settings.smtp});
}

/// The one that was watched before, if nothing about it has changed.
Services::WatchedPointer Services::watched(const ServiceSettings& settings) {
    const Credentials credentials = credentials_of(settings, settings_);
    const auto is_same = [&](const WatchedPointer& each) {
        return each->settings == settings && each->credentials == credentials;
    };
    const auto known = std::ranges::find_if(watched_, is_same);
    if (known != watched_.end()) return *known;
    auto fresh = std::make_shared<Watched>();
    fresh->settings = settings;
    fresh->credentials = credentials;
    fresh->status = first_status(settings);
    fresh->cell = std::make_shared<ServiceCell>(fresh->status);
    return fresh;
}

void Services::begin(DnsLookup& dns, const BlockedFamilies& blocked) {
    if (stopped_) return;
    if (!(blocked == blocked_)) hold_back(blocked);
    for (const WatchedPointer& each : watched_) {
        if (!each->is_looking_up && each->lookup_due <= steady_now()) {
            each->is_looking_up = true;
            asio::co_spawn(context_, look_up(each, dns), rethrow);
        }
        begin_visits(each);
    }
}

// ---- Where they are -------------------------------------------------------------------------------------------------

asio::awaitable<void> Services::look_up(WatchedPointer watched, DnsLookup& dns) {
    std::string host = watched->settings.host;
    const MxFacts facts = co_await look_up_service(dns, std::move(host), settings_);
    watched->is_looking_up = false;
    if (stopped_ || watched->is_dropped) co_return;
    watched->lookup_due = steady_now() + until_next_lookup(facts, settings_.schedule);
    learn(*watched, facts);
}

/// On failure the last addresses are gone on with for a while (CHECKS §1).
void Services::learn(Watched& watched, const MxFacts& facts) {
    const bool failed = facts.state == MxState::unknown;
    const bool is_stale = steady_now() - watched.good_at > settings_.schedule.dns_stale_max;
    ServiceStatus& status = watched.status;
    status.looked_up_at = wall_now();
    if (!failed || is_stale) {
        std::vector<ServiceAddressStatus> addresses = addresses_of(watched.settings, facts, settings_.smtp, wall_now());
        for (ServiceAddressStatus& each : addresses) {
            const ServiceAddressStatus* const known = find(status, each.key);
            const bool was_skipped = known != nullptr && known->state == EndpointState::skipped;
            if (known != nullptr && !was_skipped && !each.checked_at) each = *known;
        }
        status.addresses = std::move(addresses);
        std::erase_if(watched.turns, [&](const auto& each) { return find(status, each.first) == nullptr; });
    }
    if (!failed) {
        watched.good_at = steady_now();
        std::vector<Statement> statements;
        if (auto said = judge_host(watched.settings.kind, facts)) statements.push_back(std::move(*said));
        status.findings = hold(std::move(statements), status.findings, wall_now());
    }
    publish(watched);
}

// ---- Visits ---------------------------------------------------------------------------------------------------------

void Services::begin_visits(const WatchedPointer& watched) {
    for (const ServiceAddressStatus& address : watched->status.addresses) {
        const bool is_forbidden =
            address.last && address.last->failure && address.last->failure->reason == Reason::policy;
        if (is_forbidden || visits_ >= visits_at_once) continue;
        Turn& turn = watched->turns[address.key];
        if (turn.is_under_way || turn.due > steady_now()) continue;
        turn.is_under_way = true;
        ++visits_;
        asio::co_spawn(context_, visit(watched, address.key), rethrow);
    }
}

asio::awaitable<void> Services::visit(WatchedPointer watched, EndpointKey key) {
    const bool may_open = co_await courtesy_.turn_at(key.ip);
    if (may_open && !watched->is_dropped) {
        ServiceSession session(session_context_, visit_of(watched->settings, key, settings_));
        sessions_.insert(&session);
        in_flight_ = sessions_.size();
        ServiceFacts facts = co_await session.run();
        visit_ended(session);
        if (!stopped_ && !watched->is_dropped) visited(*watched, key, std::move(facts));
    }
    --visits_;
}

void Services::visit_ended(ServiceSession& session) {
    sessions_.erase(&session);
    in_flight_ = sessions_.size();
    if (stopped_ && sessions_.empty()) reactor_->stop();
}

void Services::visited(Watched& watched, const EndpointKey& key, ServiceFacts facts) {
    const auto turn = watched.turns.find(key);
    ServiceAddressStatus* const known = find(watched.status, key);
    if (turn == watched.turns.end() || known == nullptr) return;  // the address has gone meanwhile
    const ServiceAddressStatus before = *known;
    const JudgeSettings judge = service_judge_settings(settings_);
    *known = after_visit(before, watched.settings.kind, std::make_shared<const ServiceFacts>(std::move(facts)),
                         wall_now(), judge, blocked_.holds(key.ip));
    const bool is_soon = awaits_confirmation(known->confirmation, judge.failures_to_confirm);
    turn->second.is_under_way = false;
    turn->second.due = steady_now() + (is_soon ? settings_.schedule.retry_interval : settings_.schedule.interval);
    publish(watched);
    observer_.service_visited(watched.status.name, before, *known);
}

/// What was not reached while our own way out fails is not known, and stays so until it was visited again, which is
/// soon.
void Services::hold_back(const BlockedFamilies& blocked) {
    blocked_ = blocked;
    for (const WatchedPointer& each : watched_) {
        for (ServiceAddressStatus& address : each->status.addresses) {
            const bool fails = blocked.holds(address.key.ip);
            if (fails) address.held_back = address.result != ProbeResult::success;
            if (!fails && address.held_back) each->turns[address.key].due = {};
        }
        publish(*each);
    }
}

void Services::publish(Watched& watched) {
    watched.cell->status.publish(std::make_shared<const ServiceStatus>(watched.status));
}

void Services::stop() {
    stopped_ = true;
    courtesy_.stop();
    handshakes_.close();
    for (ServiceSession* const session : sessions_)
        session->abandon();
    if (reactor_ && sessions_.empty()) reactor_->stop();
}

}  // namespace mxfleet
