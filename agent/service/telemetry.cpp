#include "agent/service/telemetry.hpp"

#include <algorithm>

#include "agent/show/log.hpp"
#include "probes/io/clocks.hpp"
#include "probes/model/words.hpp"
#include "probes/policy/findings.hpp"

namespace mxfleet {
namespace {

LogLevel level_of(Verdict verdict) {
    return verdict == Verdict::ok ? LogLevel::info : verdict == Verdict::critical ? LogLevel::error : LogLevel::warning;
}

std::string deliverable_text(const std::optional<bool>& deliverable) {
    if (!deliverable) return "unknown";
    return *deliverable ? "true" : "false";
}

std::string codes(const std::vector<Finding>& findings) {
    std::vector<std::string_view> all;
    for (const Finding& finding : findings)
        all.push_back(finding.statement.code.text());
    return listed(all, 20);
}

std::string codes(const std::vector<HeldStatement>& findings) {
    std::vector<std::string_view> all;
    for (const HeldStatement& held : findings)
        all.push_back(held.statement.code.text());
    return listed(all, 20);
}

/// Lookups fail without being probes that failed: an unknown is no failure.
ProbeResult result_of(const MxFacts& facts) {
    if (facts.state == MxState::unknown) return ProbeResult::unknown;
    const bool is_bad = facts.state == MxState::nxdomain || facts.state == MxState::none_usable;
    return is_bad ? ProbeResult::failure : ProbeResult::success;
}

ProbeResult result_of(DnsblAnswer listing) {
    switch (listing) {
        case DnsblAnswer::clean: return ProbeResult::success;
        case DnsblAnswer::listed: return ProbeResult::failure;
        case DnsblAnswer::unknown: return ProbeResult::unknown;
    }
    __builtin_unreachable();
}

std::optional<ProbeResult> relay_result(const SessionFacts& session) {
    if (!session.relay) return std::nullopt;
    switch (judge_relay(*session.relay).state) {
        case RelayState::closed: return ProbeResult::success;
        case RelayState::open:
        case RelayState::suspected: return ProbeResult::failure;
        case RelayState::unknown:
        case RelayState::not_tested: return ProbeResult::unknown;
    }
    __builtin_unreachable();
}

std::optional<ProbeResult> policy_result(const SessionFacts& session) {
    if (!session.policy) return std::nullopt;
    const PolicyFacts& facts = *session.policy;
    const auto warns = [](const Statement& each) { return each.severity == Severity::warning; };
    if (std::ranges::any_of(judge_policy(facts), warns)) return ProbeResult::failure;
    return facts[PolicyProbe::postmaster].is_accepted() ? ProbeResult::success : ProbeResult::unknown;
}

}  // namespace

void Telemetry::on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) {
    metrics_.dns_answered(resolver, type, outcome, taken);
}

void Telemetry::session_started(Duration lag) {
    metrics_.lagged(lag);
}

void Telemetry::session_ended(const EndpointStatus& status) {
    if (status.result) metrics_.probe_counted(ProbeKind::session, *status.result);
    if (const auto relay = relay_result(*status.last)) metrics_.probe_counted(ProbeKind::relay, *relay);
    if (const auto policy = policy_result(*status.last)) metrics_.probe_counted(ProbeKind::policy, *policy);
    for (std::size_t at = 0; at < phase_count; ++at) {
        const auto phase = static_cast<Phase>(at);
        if (const auto taken = status.last->times[phase]) metrics_.phase_took(phase, *taken);
    }
}

void Telemetry::deferred(Deferral reason, std::uint64_t times) {
    metrics_.deferred(reason, times);
}

void Telemetry::lookup_ended(const MxFacts& facts) {
    metrics_.probe_counted(ProbeKind::dns, result_of(facts));
    metrics_.phase_took(Phase::dns, facts.lookup);
}

void Telemetry::policy_fetched(ProbeResult result) {
    metrics_.probe_counted(ProbeKind::mta_sts, result);
}

void Telemetry::dropped(DropReason reason, std::size_t count) {
    metrics_.targets_dropped(reason, count);
}

void Telemetry::targets_changed(std::size_t domains, std::size_t endpoints) {
    metrics_.set_targets(TargetKind::domain, domains);
    metrics_.set_targets(TargetKind::endpoint, endpoints);
}

void Telemetry::list_asked(DnsblAnswer listing) {
    metrics_.probe_counted(ProbeKind::dnsbl, result_of(listing));
}

void Telemetry::mx_changed(const SharedText& domain, const MxChange& change) {
    log(LogLevel::warning, "MX changed",
        {{"domain", domain},
         {"was", listed(records_of(change.before), 20)},
         {"is", listed(records_of(change.after), 20)}});
}

void Telemetry::domain_changed(const DomainStatus& before, const DomainStatus& now) {
    const bool same =
        before.judgement.verdict == now.judgement.verdict && before.judgement.deliverable == now.judgement.deliverable;
    if (same) return;
    changes_.domain_changed(before, now, wall_now());
    log(level_of(now.judgement.verdict), "domain changed",
        {{"domain", now.domain},
         {"verdict", std::string(name(now.judgement.verdict))},
         {"was", std::string(name(before.judgement.verdict))},
         {"deliverable", deliverable_text(now.judgement.deliverable)},
         {"findings", codes(now.judgement.findings)}});
}

void Telemetry::endpoint_changed(const EndpointStatus& before, const EndpointStatus& now) {
    changes_.endpoint_changed(before, now, wall_now());
    const bool is_first = !before.checked_at;
    const LogLevel level = now.state == EndpointState::up && now.findings.empty() ? LogLevel::info : LogLevel::warning;
    const std::string failure = now.last && now.last->failure ? std::string(name(now.last->failure->phase)) + " " +
                                                                    std::string(name(now.last->failure->reason))
                                                              : std::string{};
    log(level, "endpoint changed",
        {{"mx", now.key.mx},
         {"ip", now.key.ip.text()},
         {"port", std::to_string(now.key.port)},
         {"state", std::string(name(now.shown_state()))},
         {"was", is_first ? "new" : std::string(name(before.shown_state()))},
         {"failure", failure},
         {"findings", codes(now.findings)}});
}

void Telemetry::service_visited(const SharedText& service, const ServiceAddressStatus& before,
                                const ServiceAddressStatus& now) {
    if (now.result) metrics_.probe_counted(ProbeKind::service, *now.result);
    if (same_judgement(before, now)) return;
    const bool is_well = now.state == EndpointState::up && now.findings.empty();
    log(is_well ? LogLevel::info : LogLevel::warning, "service changed",
        {{"service", service},
         {"ip", now.key.ip.text()},
         {"port", std::to_string(now.key.port)},
         {"state", std::string(name(now.shown_state()))},
         {"was", before.checked_at ? std::string(name(before.shown_state())) : "new"},
         {"login", std::string(name(now.last->login.outcome))},
         {"findings", codes(now.findings)}});
}

void Telemetry::flow_settled(const SharedText&, const FlowMessage& message) {
    metrics_.probe_counted(ProbeKind::flow, result_of(message.state));
}

void Telemetry::flow_changed(const FlowStatus& before, const FlowStatus& now) {
    log(now.findings.empty() ? LogLevel::info : LogLevel::warning, "flow changed",
        {{"flow", now.name},
         {"verdict", std::string(name(now.verdict()))},
         {"findings", codes(now.findings)},
         {"were", codes(before.findings)}});
}

void Telemetry::vantage_changed(const Finding& finding, bool holds) {
    log(holds ? LogLevel::error : LogLevel::info, holds ? "vantage fails" : "vantage works again",
        {{"code", std::string(finding.statement.code.text())}, {"summary", finding.statement.summary}});
}

}  // namespace mxfleet
