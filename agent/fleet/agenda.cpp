#include "agent/fleet/agenda.hpp"

#include <algorithm>
#include <utility>

#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

constexpr Duration relay_retry = std::chrono::minutes{15};  ///< by then greylisting knows us
/// With more forms, as while there is a suspicion, the policy probes wait: all together might be refused ten times, and
/// from there on Postfix slows down whom it talks to.
constexpr std::size_t forms_beside_policy = 4;

}  // namespace

void Agenda::configure(std::shared_ptr<const LaneSettings> settings) {
    policy_turns_.set_interval(settings->policy_interval);
    settings_ = std::move(settings);
}

void Agenda::add(LaneEntry& entry) const {
    if (settings_->deep_interval > Duration::zero()) entry.deep_day = deep_day_of(entry.wanted.cell->key);
}

void Agenda::forget(TargetId target) {
    policy_turns_.forget(target);
    looks_.forget(target);
}

// ---- What is asked --------------------------------------------------------------------------------------------------

SessionPlan Agenda::plan(const LaneEntry& entry) const {
    const EndpointKey& key = entry.wanted.cell->key;
    if (const auto rare = looks_.next(entry.target)) {
        const RareManner manner = manner_of(*rare);
        return {.endpoint = key,
                .hello = settings_->hello,
                .verb = entry.variation.verb(),
                .offer = manner.offer,
                .nameless = manner.nameless};
    }
    SessionPlan plan{.endpoint = key,
                     .hello = settings_->hello,
                     .verb = entry.variation.verb(),
                     .offer = entry.variation.offer(),
                     .relay = relay_plan(entry),
                     .tlsa = entry.wanted.tlsa};
    const bool has_room = !plan.relay || plan.relay->forms.size() <= forms_beside_policy;
    const auto turn = policy_turns_.turn(entry.target, *entry.wanted.asked, steady_now(), wall_now());
    if (turn && has_room) plan.policy = make_policy_plan(settings_->relay.sender, *turn);
    return plan;
}

std::optional<RelayPlan> Agenda::relay_plan(const LaneEntry& entry) const {
    const EndpointKey& key = entry.wanted.cell->key;
    const std::vector<SharedText>& domains = entry.wanted.asked->relay;
    const bool is_due = !domains.empty() && steady_now() >= entry.relay_due;
    if (!is_due || !relay_obstacle(settings_->relay, key).empty()) return std::nullopt;
    const auto status = entry.wanted.cell->status.read();
    return make_relay_plan(settings_->relay, key, domains, status->greeting_host(), status->relay, wall_now());
}

/// About relaying at the next run, or soon where this one could not tell.
void Agenda::heard(LaneEntry& entry, const SessionFacts& facts) {
    if (facts.relay) {
        const bool could_tell = judge_relay(*facts.relay).state != RelayState::unknown;
        entry.relay_due =
            steady_now() + (could_tell ? settings_->relay_interval : std::min(relay_retry, settings_->relay_interval));
    }
    if (facts.policy) policy_turns_.asked(entry.target, *entry.wanted.asked, *facts.policy, steady_now());
}

// ---- The rarer handshakes -------------------------------------------------------------------------------------------

std::uint16_t Agenda::deep_day_of(const EndpointKey& key) const {
    return DeepLooks::day_of(key, settings_->deep_interval, steady_now());
}

/// Only behind a session that went well, and where TLS is not old itself: that has been told already.
bool Agenda::looks_are_due(LaneEntry& entry, const SessionFacts& facts) const {
    const bool is_of_use = facts.is_up() && facts.tls && entry.variation.offer() == TlsOffer::modern;
    if (settings_->deep_interval <= Duration::zero() || !is_of_use) return false;
    const std::uint16_t day = deep_day_of(entry.wanted.cell->key);
    const bool is_due = settings_->looks_first || day != entry.deep_day;
    entry.deep_day = day;
    return is_due;
}

DeepLooks::Look* Agenda::begin_looks(LaneEntry& entry, const SessionFacts& facts) {
    return looks_are_due(entry, facts) ? &looks_.begin(entry.target, facts.tls->chain) : nullptr;
}

std::optional<DeepLooks::Look> Agenda::take_look(const LaneEntry& entry, const SessionFacts& facts) {
    return looks_.take(entry.target, facts);
}

}  // namespace mxfleet
