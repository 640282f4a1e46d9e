#include "agent/judge/tls_policies.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

constexpr std::chrono::seconds refresh_after = std::chrono::hours{24};

/// FNV-1a: the same in every run, since it is compared over restarts.
std::uint64_t digest_of(std::string_view text) {
    std::uint64_t digest = 0xcbf29ce484222325;
    for (const char c : text)
        digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return digest;
}

PolicyDrift drift(const HeldPolicy* before, std::string_view id, std::uint64_t digest) {
    if (before == nullptr) return PolicyDrift::none;
    const bool same_id = before->id == id;
    const bool same_text = before->digest == digest;
    if (same_id && !same_text) return PolicyDrift::text_changed;
    if (!same_id && same_text) return PolicyDrift::id_changed;
    // Who has the old text under this id still has it; that an id was wasted is said once.
    const bool lasts = same_id && before->drift == PolicyDrift::text_changed;
    return lasts ? PolicyDrift::text_changed : PolicyDrift::none;
}

/// A failed lookup says nothing: what was known stays.
void take_over(RecordFacts& known, const RecordFacts& seen) {
    if (seen.state != RecordState::unknown) known = seen;
}

bool nothing_published(const TlsPolicies& policies) {
    return policies.record.state == RecordState::absent && policies.tlsrpt.state == RecordState::absent &&
           !policies.held;
}

SharedTlsPolicies share(TlsPolicies policies) {
    // Most domains publish neither: they have one value between them.
    static const auto nothing = std::make_shared<const TlsPolicies>(
        TlsPolicies{{RecordState::absent, {}}, {RecordState::absent, {}}, {}, {}, {}, {}});
    if (nothing_published(policies)) return nothing;
    return std::make_shared<const TlsPolicies>(std::move(policies));
}

void forget_fetch(TlsPolicies& policies) {
    policies.fetch = PolicyState::not_fetched;
    policies.fetch_problem = {};
    policies.host_not_after.reset();
}

}  // namespace

std::string_view name(MtaStsState state) noexcept {
    switch (state) {
        case MtaStsState::absent: return "absent";
        case MtaStsState::valid: return "valid";
        case MtaStsState::invalid: return "invalid";
        case MtaStsState::fetch_failed: return "fetch_failed";
        case MtaStsState::unknown: return "unknown";
    }
    __builtin_unreachable();
}

std::string_view name(RecordState state) noexcept {
    switch (state) {
        case RecordState::unknown: return "unknown";
        case RecordState::absent: return "absent";
        case RecordState::invalid: return "invalid";
        case RecordState::valid: return "valid";
    }
    __builtin_unreachable();
}

MtaStsState TlsPolicies::state() const {
    switch (record.state) {
        case RecordState::unknown: return MtaStsState::unknown;
        case RecordState::absent: return MtaStsState::absent;
        case RecordState::invalid: return MtaStsState::invalid;
        case RecordState::valid: break;
    }
    switch (fetch) {
        case PolicyState::fetched: return MtaStsState::valid;
        case PolicyState::invalid: return MtaStsState::invalid;
        case PolicyState::failed: return MtaStsState::fetch_failed;
        case PolicyState::not_fetched: break;
    }
    const bool is_held = held && held->id == record.text;
    return is_held ? MtaStsState::valid : MtaStsState::unknown;
}

SharedTlsPolicies after_look(const SharedTlsPolicies& before, const TlsRecordFacts& look, WallTime now) {
    TlsPolicies policies = before ? *before : TlsPolicies{};
    take_over(policies.record, look.mta_sts);
    take_over(policies.tlsrpt, look.tlsrpt);
    if (policies.record.state != RecordState::valid) forget_fetch(policies);
    const bool expired = policies.held && policies.held->expires() <= now;
    if (expired) policies.held.reset();
    const bool same = before && !expired && policies.record == before->record && policies.tlsrpt == before->tlsrpt;
    return same ? before : share(std::move(policies));
}

SharedTlsPolicies after_fetch(const SharedTlsPolicies& before, const PolicyFetchFacts& fetch, bool nobody_reached,
                              WallTime now) {
    const bool is_no_answer =
        fetch.outcome == FetchOutcome::unknown || (fetch.outcome == FetchOutcome::unreached && nobody_reached);
    if (is_no_answer) return before;
    TlsPolicies policies = *before;
    policies.fetch_problem = fetch.detail;
    if (fetch.host_not_after) policies.host_not_after = fetch.host_not_after;
    if (fetch.outcome != FetchOutcome::fetched) {
        policies.fetch = fetch.outcome == FetchOutcome::malformed ? PolicyState::invalid : PolicyState::failed;
        return std::make_shared<const TlsPolicies>(std::move(policies));
    }
    auto policy = read_mta_sts_policy(fetch.body);
    policies.fetch = policy ? PolicyState::fetched : PolicyState::invalid;
    if (policy) {
        HeldPolicy held{std::move(*policy), before->record.text, digest_of(fetch.body), now, {}, fetch.host_not_after};
        held.drift = drift(before->held.get(), held.id, held.digest);
        policies.held = std::make_shared<const HeldPolicy>(std::move(held));
    } else {
        policies.fetch_problem = policy.error();
    }
    return std::make_shared<const TlsPolicies>(std::move(policies));
}

SharedTlsPolicies restored(std::string_view body, HeldPolicy held, WallTime now) {
    auto policy = read_mta_sts_policy(body);
    if (!policy) return nullptr;
    held.policy = std::move(*policy);
    held.digest = digest_of(body);
    if (held.expires() <= now) return nullptr;
    TlsPolicies policies;
    policies.host_not_after = held.host_not_after;
    policies.held = std::make_shared<const HeldPolicy>(std::move(held));
    return std::make_shared<const TlsPolicies>(std::move(policies));
}

bool wants_fetch(const TlsPolicies& policies, WallTime now) {
    if (policies.record.state != RecordState::valid) return false;
    if (!policies.held || policies.held->id != policies.record.text) return true;
    // Long before it ends: a policy host that is ill for a while costs nobody anything.
    const auto kept = std::min(refresh_after, policies.held->policy.max_age / 2);
    return now - policies.held->fetched_at >= kept;
}

}  // namespace mxfleet
