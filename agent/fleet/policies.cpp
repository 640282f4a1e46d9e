#include "agent/fleet/policies.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>

#include "agent/judge/mta_sts.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

constexpr Duration shortest_pace = std::chrono::seconds{60};
constexpr unsigned doublings = 4;

}  // namespace

asio::awaitable<SharedTlsPolicies> look_once(DnsLookup& lookup, PolicyFetcher& fetcher, SharedText domain,
                                             FetchSettings how) {
    const TlsRecordFacts records = co_await look_up_tls_records(lookup, domain);
    const SharedTlsPolicies seen = after_look(nullptr, records, wall_now());
    if (!wants_fetch(*seen, wall_now())) co_return seen;
    const PolicyFetchFacts fetched = co_await fetch_policy(lookup, fetcher, domain, std::move(how));
    co_return after_fetch(seen, fetched, false, wall_now());
}

void Policies::configure(const Settings& settings, const TrustStore& trust) {
    how_ = {settings.targets, trust};
    interval_ = settings.schedule.dns_interval;
}

void Policies::mx_looked_up(DomainTarget& domain) {
    const SteadyTime now = steady_now();
    const bool is_due = domain.tls_policies_due <= now && looking_ < looks_at_once;
    if (!is_due || !domain.mx || !wants_policies(*domain.mx)) return;
    domain.tls_policies_due = CoarseSteadyTime::max();
    asio::co_spawn(context_, look(domain.cell->name), rethrow);
}

Duration Policies::pace(const TlsRecordFacts& facts) const {
    const Duration ttl = facts.ttl ? Duration{*facts.ttl} : interval_;
    return std::max(shortest_pace, std::min(ttl, interval_));
}

asio::awaitable<void> Policies::look(SharedText domain) {
    ++looking_;
    const TlsRecordFacts facts = co_await look_up_tls_records(lookups_.dns(), domain);
    --looking_;
    bool wants = false;
    if (DomainTarget* const target = user_.watched(domain)) {
        const SharedTlsPolicies before =
            target->tls_policies ? target->tls_policies : memory_.policies_of(domain, wall_now());
        const SharedTlsPolicies now = after_look(before, facts, wall_now());
        wants = may_fetch(domain, *now);
        if (now->record.state != RecordState::valid) attempts_.erase(domain);
        take(*target, now);
        target->tls_policies_due = std::chrono::ceil<CoarseSteadyTime::duration>(steady_now() + pace(facts));
    }
    if (wants && fetching_.insert(domain).second) {
        co_await fetch(domain);
    }
}

bool Policies::may_fetch(const SharedText& domain, const TlsPolicies& policies) const {
    if (!wants_fetch(policies, wall_now())) return false;
    const auto attempt = attempts_.find(domain);
    return attempt == attempts_.end() || attempt->second.id != policies.record.text ||
           attempt->second.next <= steady_now();
}

asio::awaitable<void> Policies::fetch(SharedText domain) {
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    const PolicyFetchFacts facts = co_await fetch_policy(lookups_.dns(), fetcher_, domain, how_);
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    fetching_.erase(domain);
    DomainTarget* const target = user_.watched(domain);
    const bool is_wanted =
        target != nullptr && target->tls_policies && target->tls_policies->record.state == RecordState::valid;
    if (is_wanted) fetched(*target, facts);
}

void Policies::fetched(DomainTarget& target, const PolicyFetchFacts& facts) {
    const bool was_answered = facts.outcome == FetchOutcome::fetched || facts.outcome == FetchOutcome::malformed;
    reached_anybody_ = reached_anybody_ || was_answered || facts.host_not_after.has_value();
    const SharedText& domain = target.cell->name;
    const SharedTlsPolicies now = after_fetch(target.tls_policies, facts, !reached_anybody_, wall_now());
    const bool is_new = now->held && now->held != target.tls_policies->held;
    const bool is_known = now != target.tls_policies;
    observer_.policy_fetched(!is_known ? ProbeResult::unknown : is_new ? ProbeResult::success : ProbeResult::failure);
    note_attempt(domain, *now, facts);
    if (is_new) memory_.policy_fetched(domain, *now, facts.body);
    take(target, now);
}

/// No sooner than in five minutes, and then twice as long each time.
void Policies::note_attempt(const SharedText& domain, const TlsPolicies& policies, const PolicyFetchFacts& facts) {
    if (facts.outcome == FetchOutcome::fetched && policies.fetch == PolicyState::fetched) {
        attempts_.erase(domain);
        return;
    }
    Attempt& attempt = attempts_[domain];
    if (attempt.id != policies.record.text) attempt = {policies.record.text, 0, {}};
    const Duration wait = shortest_retry * (1 << std::min(attempt.failures, doublings));
    attempt.next = steady_now() + std::min(wait, longest_retry);
    ++attempt.failures;
}

void Policies::take(DomainTarget& target, SharedTlsPolicies policies) {
    if (target.tls_policies == policies) return;
    target.tls_policies = std::move(policies);
    user_.tls_policies_changed(target);
}

void Policies::shutdown() {
    fetcher_.stop();
}

}  // namespace mxfleet
