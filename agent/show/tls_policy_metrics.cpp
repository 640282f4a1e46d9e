#include "agent/show/tls_policy_metrics.hpp"

#include <array>
#include <optional>

#include "agent/judge/mta_sts.hpp"
#include "agent/show/target_labels.hpp"

namespace mxfleet::tls_policy_metrics {
namespace {

/// The policy that senders go by, where they go by one; else why there is none. Empty: unknown.
std::optional<std::string_view> mode_of(const TlsPolicies& policies) {
    if (const MtaStsPolicy* const policy = policies.in_force()) return name(policy->mode);
    switch (policies.state()) {
        case MtaStsState::absent: return "absent";
        case MtaStsState::invalid:
        case MtaStsState::fetch_failed: return "broken";
        case MtaStsState::valid:
        case MtaStsState::unknown: return std::nullopt;
    }
    __builtin_unreachable();
}

bool asks_for_something(const DomainStatus& status) {
    const MtaStsPolicy* const policy = status.tls_policies ? status.tls_policies->in_force() : nullptr;
    return policy != nullptr && policy->mode != MtaStsMode::none;
}

}  // namespace

void mode(const DomainStatus& status, TargetSamples& out) {
    static constexpr std::array<std::string_view, 5> modes = {"none", "testing", "enforce", "absent", "broken"};
    const auto now = status.tls_policies ? mode_of(*status.tls_policies) : std::nullopt;
    if (!now) return;
    for (const std::string_view each : modes)
        out.value("mode", each, each == *now ? 1 : 0);
}

void fetch_success(const DomainStatus& status, TargetSamples& out) {
    if (!status.tls_policies || status.tls_policies->fetch == PolicyState::not_fetched) return;
    out.value(status.tls_policies->fetch == PolicyState::fetched ? 1 : 0);
}

void max_age(const DomainStatus& status, TargetSamples& out) {
    const MtaStsPolicy* const policy = status.tls_policies ? status.tls_policies->in_force() : nullptr;
    if (policy != nullptr) out.value(static_cast<double>(policy->max_age.count()));
}

void unmatched_mx(const DomainStatus& status, TargetSamples& out) {
    if (!status.tls_policies || !status.mx) return;
    if (const auto count = unmatched_exchanges(*status.tls_policies, *status.mx))
        out.value(static_cast<double>(*count));
}

void host_not_after(const DomainStatus& status, TargetSamples& out) {
    if (status.tls_policies && status.tls_policies->host_not_after)
        out.value(unix_seconds(*status.tls_policies->host_not_after));
}

void tlsrpt_valid(const DomainStatus& status, TargetSamples& out) {
    if (!status.tls_policies || status.tls_policies->tlsrpt.state == RecordState::unknown) return;
    out.value(status.tls_policies->tlsrpt.state == RecordState::valid ? 1 : 0);
}

void endpoint_verified(const DomainStatus& status, TargetSamples& out) {
    if (!asks_for_something(status)) return;
    for (const DomainLink& link : status.links) {
        if (!out.has(link.endpoint->key.mx)) continue;
        const auto passes = passes_mta_sts(*link.endpoint->status.read());
        if (passes) out.labelled(target_labels(link.endpoint->key) + ",policy=\"mta_sts\"", *passes ? 1 : 0);
    }
}

}  // namespace mxfleet::tls_policy_metrics
