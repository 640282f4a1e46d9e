#include "agent/fleet/comparison.hpp"
#include "probes/io/awaiting.hpp"

#include <asio/co_spawn.hpp>

namespace mxfleet {
namespace {

constexpr std::size_t at_once = 64;

/// A client that asks nobody but this one.
DnsSettings only(const DnsSettings& settings, const SocketAddress& resolver) {
    DnsSettings alone = settings;
    alone.resolvers = {resolver};
    return alone;
}

}  // namespace

void Comparison::configure(const Settings& settings) {
    cap_ = settings.smtp.max_endpoints_per_domain;
    if (dns_ == settings.dns) return;
    dns_ = settings.dns;
    disagreements_.clear();
    for (const Resolver& each : *resolvers_)
        each.client->shutdown();
    resolvers_ = std::make_shared<Resolvers>();  // those before live until their questions have ended
    for (const SocketAddress& address : dns_.compare) {
        auto client = std::make_unique<DnsClient>(context_, only(dns_, address), &observer_);
        resolvers_->push_back({address.text(), std::move(client)});
    }
}

void Comparison::begin(const MxFacts& facts) {
    const bool ours_is_known = facts.state != MxState::unknown || !facts.exchanges.empty();
    if (stopped_ || resolvers_->empty() || !ours_is_known || under_way_ >= at_once) return;
    ++under_way_;
    Ours ours{facts.domain, mx_set(facts), facts.ttl};
    asio::co_spawn(context_, ask(resolvers_, std::move(ours)), rethrow);
}

asio::awaitable<void> Comparison::ask(std::shared_ptr<Resolvers> resolvers, Ours ours) {
    std::vector<OtherAnswer> answers;
    for (const Resolver& each : *resolvers) {
        const DnsFlags flags;
        const DnsResult result = co_await each.client->query(ours.domain, RecordType::mx, flags);
        answers.push_back(other_answer(ours.domain, each.label, result, cap_));
    }
    --under_way_;
    if (!stopped_ && resolvers == resolvers_) learn(ours, answers);
}

void Comparison::learn(const Ours& ours, const std::vector<OtherAnswer>& answers) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!user_.is_watched(ours.domain)) {
        disagreements_.erase(ours.domain);
        return;
    }
    const auto known = disagreements_.find(ours.domain);
    const std::vector<Disagreement> held = known == disagreements_.end() ? std::vector<Disagreement>{} : known->second;
    auto followed = follow(held, ours.set, ours.ttl, answers, now);
    const ComparedMx result = compared(answers.size(), followed, now);
    if (followed.empty()) {
        disagreements_.erase(ours.domain);
    } else {
        disagreements_[ours.domain] = std::move(followed);
    }
    user_.mx_compared(ours.domain, result);
}

void Comparison::shutdown() {
    stopped_ = true;
    for (const Resolver& each : *resolvers_)
        each.client->shutdown();
}

}  // namespace mxfleet
