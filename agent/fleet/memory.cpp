#include "agent/fleet/memory.hpp"

#include <algorithm>
#include <optional>

#include "probes/io/clocks.hpp"

namespace mxfleet {
namespace {

constexpr std::string_view relay_aspect = "relay";
constexpr std::string_view starttls_aspect = "starttls";

/// What a finding of a domain is kept under: the same in every run.
std::string name_of(const SharedText& domain, const Finding& finding) {
    std::string name = domain + " " + std::string(finding.statement.code.text());
    if (!finding.mx.empty()) name += " " + std::string(finding.mx);
    if (finding.ip) name += " " + finding.ip->text();
    return name;
}

/// The mark keeps it apart from those of domains.
std::string name_of(const EndpointKey& endpoint, FindingCode code) {
    return "@" + endpoint.text() + " " + std::string(code.text());
}

/// No domain has this name.
std::string name_of_own(FindingCode code) {
    return "agent " + std::string(code.text());
}

std::size_t hash_of(const std::string& name) {
    return std::hash<std::string>{}(name);
}

std::optional<RelayState> relay_state_of(std::string_view text) {
    for (std::size_t at = 0; at < relay_state_count; ++at) {
        const auto state = static_cast<RelayState>(at);
        if (name(state) == text) return state;
    }
    return std::nullopt;
}

PolicyDrift drift_of(int number) {
    return number >= 0 && number <= static_cast<int>(PolicyDrift::id_changed) ? static_cast<PolicyDrift>(number)
                                                                              : PolicyDrift::none;
}

const CertificateFacts* leaf_of(const EndpointStatus& status) {
    return status.last_up && status.last_up->tls ? status.last_up->tls->leaf() : nullptr;
}

bool offers_starttls(const EndpointStatus& status) {
    const auto& starttls = status.last_up ? status.last_up->starttls : std::nullopt;
    return starttls && *starttls != StartTls::not_offered;
}

std::chrono::sys_days day_of(WallTime time) {
    return std::chrono::floor<std::chrono::days>(time);
}

bool has(const std::vector<Finding>& findings, const Finding& wanted) {
    return std::ranges::any_of(findings, [&](const Finding& each) {
        return each.statement.code == wanted.statement.code && each.mx == wanted.mx && each.ip == wanted.ip;
    });
}

bool has(const std::vector<HeldStatement>& findings, FindingCode code) {
    return std::ranges::any_of(findings, [&](const HeldStatement& each) { return each.statement.code == code; });
}

}  // namespace

void Memory::recall(SteadyTime now, WallTime wall) {
    if (store_ == nullptr || has_recalled_) return;
    has_recalled_ = true;
    recalled_at_ = now;
    started_ = wall;
    for (StoredPolicy& policy : store_->policies())
        policies_.emplace(policy.domain, std::move(policy));
    for (const StoredVerdict& verdict : store_->verdicts()) {
        const auto state = relay_state_of(verdict.state);
        if (verdict.aspect == starttls_aspect)
            starttls_[std::hash<EndpointKey>{}(verdict.endpoint)] = coarse(verdict.at);
        if (verdict.aspect == relay_aspect && state)
            relay_[verdict.endpoint] = {.state = *state, .reason = verdict.reason, .conclusive_at = verdict.at};
    }
    store_->mx_changes([this](const std::string& domain, const StoredMxChange& change) {
        auto& changes = mx_changes_[domain];
        changes = with_change(changes.get(), {change.at, change.before, change.now});
    });
    const std::lock_guard guard(since_mutex_);
    store_->findings([this](const std::string& name, WallTime since) { since_.emplace(hash_of(name), since); });
    has_since_ = !since_.empty();
}

void Memory::tidy(SteadyTime now) {
    if (!has_recalled_ || has_tidied_ || now - recalled_at_ < recalls_for) return;
    has_tidied_ = true;
    policies_ = {};
    relay_ = {};
    starttls_ = {};
    mx_changes_ = {};
    std::unordered_map<std::size_t, WallTime> unclaimed;
    {
        const std::lock_guard guard(since_mutex_);
        unclaimed.swap(since_);
        has_since_ = false;
    }
    if (unclaimed.empty()) return;
    store_->findings([&](const std::string& name, WallTime) {
        if (unclaimed.contains(hash_of(name))) store_->forget_finding(name);
    });
}

SharedTlsPolicies Memory::policies_of(const SharedText& domain, WallTime now) {
    const auto kept = policies_.extract(domain);
    if (kept.empty()) return nullptr;
    const StoredPolicy& policy = kept.mapped();
    return restored(policy.body, {{}, policy.id, 0, policy.fetched_at, drift_of(policy.drift), policy.host_not_after},
                    now);
}

void Memory::restore(EndpointCell& endpoint) {
    if (relay_.empty() && starttls_.empty()) return;
    auto relay = relay_.extract(endpoint.key);
    const auto starttls = starttls_.extract(std::hash<EndpointKey>{}(endpoint.key));
    if (relay.empty() && starttls.empty()) return;
    EndpointStatus status = *endpoint.status.read();
    if (!relay.empty()) status.relay = std::move(relay.mapped());
    if (!starttls.empty()) status.starttls_offered_at = starttls.mapped();
    endpoint.status.publish(std::make_shared<const EndpointStatus>(std::move(status)));
}

void Memory::restore(DomainTarget& domain) {
    const auto kept = mx_changes_.extract(domain.cell->name);
    if (kept.empty()) return;
    MxPast past = past_of(domain.past);
    past.history = kept.mapped();
    past.changed_at = past.history->back().at;
    domain.past = std::make_shared<const MxPast>(std::move(past));
}

MaybeTime Memory::claim(const std::string& name) {
    const std::lock_guard guard(since_mutex_);
    const auto kept = since_.extract(hash_of(name));
    return kept.empty() ? MaybeTime() : MaybeTime(kept.mapped());
}

void Memory::restore(std::vector<Finding>& findings, const SharedText& domain) {
    if (!has_since_) return;
    for (Finding& finding : findings) {
        if (const MaybeTime kept = claim(name_of(domain, finding))) finding.since = std::min(finding.since, kept);
    }
}

void Memory::keep_relay(const EndpointStatus& status) {
    const RelayStatus& relay = status.relay;
    if (store_ == nullptr || !relay.conclusive_at) return;
    store_->keep(
        {status.key, std::string(relay_aspect), std::string(name(relay.state)), relay.reason, *relay.conclusive_at});
}

void Memory::session_ended(const EndpointStatus& before, const EndpointStatus& now) {
    if (store_ == nullptr || !now.checked_at) return;
    if (now.relay.conclusive_at != before.relay.conclusive_at) keep_relay(now);
    // Once a day is often enough for what is remembered for a week.
    const bool is_new =
        !offers_starttls(before) || !before.checked_at || day_of(*before.checked_at) != day_of(*now.checked_at);
    if (is_new && now.last == now.last_up && offers_starttls(now)) {
        store_->keep({now.key, std::string(starttls_aspect), "offered", "", *now.checked_at});
    }
    const CertificateFacts* const leaf = leaf_of(now);
    const CertificateFacts* const known = leaf_of(before);
    if (leaf == known || leaf == nullptr || (known != nullptr && known->sha256 == leaf->sha256)) return;
    store_->record_certificate(now.key, {leaf->sha256, leaf->issuer, leaf->not_after, *now.checked_at});
}

void Memory::endpoint_judged(const EndpointStatus& before, EndpointStatus& now) {
    if (store_ == nullptr) return;
    for (HeldStatement& held : now.findings) {
        const FindingCode code = held.statement.code;
        if (has(before.findings, code)) continue;
        const std::string name = name_of(now.key, code);
        const MaybeTime kept = has_since_ ? claim(name) : MaybeTime();
        if (kept) {
            held.since = std::min(held.since, coarse(*kept));
        } else {
            store_->keep_finding(name, held.since);
        }
    }
    for (const HeldStatement& held : before.findings) {
        if (!has(now.findings, held.statement.code)) store_->forget_finding(name_of(now.key, held.statement.code));
    }
}

void Memory::domain_judged(const DomainStatus& before, const DomainStatus& now) {
    if (store_ == nullptr) return;
    for (const Finding& finding : now.judgement.findings) {
        const bool is_kept = has(before.judgement.findings, finding) || finding.since < MaybeTime(started_);
        if (!is_kept) store_->keep_finding(name_of(now.domain, finding), *finding.since);
    }
    for (const Finding& finding : before.judgement.findings) {
        if (!has(now.judgement.findings, finding)) store_->forget_finding(name_of(now.domain, finding));
    }
}

WallTime Memory::own_finding_began(FindingCode code, WallTime now) {
    if (store_ == nullptr) return now;
    recall(steady_now(), now);  // it may come up before there are domains
    const std::string name = name_of_own(code);
    if (const MaybeTime kept = has_since_ ? claim(name) : MaybeTime()) return *kept;
    store_->keep_finding(name, now);
    return now;
}

void Memory::own_finding_ended(FindingCode code) {
    if (store_ != nullptr) store_->forget_finding(name_of_own(code));
}

void Memory::policy_fetched(const SharedText& domain, const TlsPolicies& policies, const std::string& body) {
    if (store_ == nullptr || !policies.held) return;
    const HeldPolicy& held = *policies.held;
    store_->keep(
        {domain, held.id, body, held.fetched_at, held.expires(), static_cast<int>(held.drift), held.host_not_after});
}

std::optional<MxChange> Memory::mx_seen(const SharedText& domain, const MxFacts* before, const MxFacts& now,
                                        WallTime at) {
    std::optional<MxChange> change;
    if (before != nullptr) {
        change = change_between(*before, now, at);
    } else if (store_ != nullptr) {
        const auto kept = store_->mx_set(domain);
        if (kept) change = change_between(*kept, now, at);
    }
    if (store_ == nullptr || (before != nullptr && !change)) return change;
    // The first look of a run is kept whatever it shows, so that what nobody watches any more goes in time.
    store_->keep_mx_set(domain, lines_of(mx_set(now)), at);
    if (change) store_->record_mx_change(domain, {change->before, change->after, change->at});
    return change;
}

}  // namespace mxfleet
