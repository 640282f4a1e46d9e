#include "agent/fleet/lookups.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <functional>
#include <utility>

namespace mxfleet {
namespace {

constexpr std::size_t most_lookups_at_once = 256;
constexpr Duration shortest_retry = std::chrono::seconds{1};

}  // namespace

Duration until_next_lookup(const MxFacts& facts, const ScheduleSettings& schedule) {
    Duration wait = schedule.dns_interval;
    if (facts.shortest_ttl) wait = std::min<Duration>(wait, *facts.shortest_ttl);
    return std::max(wait, lookup_interval_least);
}

void Lookups::configure(const Settings& settings) {
    const bool other_dns = resolving_.empty() || dns_ != settings.dns;
    dns_ = settings.dns;
    schedule_ = settings.schedule;
    how_ = {settings.smtp.max_endpoints_per_domain, settings.targets};
    if (other_dns) resolving_.push_back(std::make_unique<Resolving>(context_, dns_, &observer_));
}

Lookups::Hindrance Lookups::hindrance(const SharedText& domain, MaybeTime last, WallTime now) const {
    if (under_way_.contains(domain)) return Hindrance::under_way;
    return last && now - *last < lookup_interval_least ? Hindrance::too_soon : Hindrance::none;
}

void Lookups::add(const SharedText& domain, SteadyTime due) {
    due_.push_back({due, domain});
    std::ranges::push_heap(due_, std::greater{});
}

void Lookups::bring_forward(const SharedText& domain) {
    if (std::erase_if(due_, [&](const Due& due) { return due.domain == domain; }) == 0) return;
    std::ranges::make_heap(due_, std::greater{});
    add(domain, steady_now());
    begin();
}

void Lookups::begin() {
    const SteadyTime now = steady_now();
    while (!due_.empty() && due_.front().at <= now && under_way_.size() < most_lookups_at_once) {
        std::ranges::pop_heap(due_, std::greater{});
        const SharedText domain = std::move(due_.back().domain);
        due_.pop_back();
        if (!user_.is_watched(domain) || !under_way_.insert(domain).second) continue;
        asio::co_spawn(context_, look_up(domain), rethrow);
    }
}

asio::awaitable<void> Lookups::look_up(SharedText domain) {
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    ResolveSettings how = how_;
    how.tlsa_port = user_.port_of(domain);
    MxFacts facts = co_await resolve_mx(dns(), domain, std::move(how));
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    under_way_.erase(domain);
    const SteadyTime next = next_after(facts);
    user_.lookup_ended(domain, std::move(facts));
    if (!user_.is_watched(domain)) co_return;
    add(domain, next);
    begin();
}

SteadyTime Lookups::next_after(const MxFacts& facts) const {
    if (facts.state == MxState::unknown) return steady_now() + std::max(schedule_.retry_interval, shortest_retry);
    return steady_now() + until_next_lookup(facts, schedule_);
}

void Lookups::shutdown() {
    for (const auto& each : resolving_)
        each->client.shutdown();
}

}  // namespace mxfleet
