#include "agent/judge/service.hpp"

#include <algorithm>
#include <string>

#include "probes/service/findings.hpp"

namespace mxfleet {
namespace {

/// Why it is not up, once that is confirmed; what the visit showed, if it is up; else what was known stays.
std::vector<HeldStatement> findings_after(const ServiceAddressStatus& held, const ServiceAddressStatus& now,
                                          ServiceJudgement judgement) {
    std::vector<Statement> statements = std::move(judgement.statements);
    const bool is_bad =
        now.confirmation.confirmed == Confirmed::down || now.confirmation.confirmed == Confirmed::unknown;
    if (judgement.state == EndpointState::skipped) return {};
    if (judgement.state != EndpointState::up) {
        if (!is_bad || !judgement.reachability) return held.findings;
        statements = {std::move(*judgement.reachability)};
    }
    return hold(std::move(statements), held.findings, *now.checked_at);
}

Finding placed(const HeldStatement& held, const SharedText& host) {
    return {held.statement, Scope::agent, host, {}, 0, exact(held.since)};
}

}  // namespace

std::optional<bool> ServiceAddressStatus::is_up() const {
    if (!checked_at || held_back) return std::nullopt;
    if (state == EndpointState::up) return true;
    return state == EndpointState::down ? std::optional(false) : std::nullopt;
}

std::optional<bool> ServiceAddressStatus::is_confirmed_up() const {
    if (held_back || state == EndpointState::skipped) return std::nullopt;
    if (confirmation.confirmed == Confirmed::up) return true;
    return confirmation.confirmed == Confirmed::down ? std::optional(false) : std::nullopt;
}

std::vector<Finding> ServiceStatus::all_findings() const {
    std::vector<Finding> all;
    for (const HeldStatement& each : findings)
        all.push_back(placed(each, host));
    for (const ServiceAddressStatus& address : addresses) {
        for (const HeldStatement& each : address.findings) {
            Finding finding = placed(each, host);
            finding.ip = address.key.ip;
            finding.port = address.key.port;
            all.push_back(std::move(finding));
        }
    }
    return all;
}

Verdict ServiceStatus::verdict() const {
    Verdict worst = Verdict::ok;
    bool is_visited = false;
    for (const Finding& finding : all_findings())
        worst = worse(worst, verdict_of(finding.statement.severity));
    for (const ServiceAddressStatus& address : addresses) {
        const bool is_skipped = address.state == EndpointState::skipped && address.checked_at;
        if (is_skipped) continue;
        is_visited = true;
        if (!address.is_confirmed_up()) worst = worse(worst, Verdict::unknown);
    }
    return is_visited ? worst : worse(worst, Verdict::unknown);
}

ServiceAddressStatus after_visit(const ServiceAddressStatus& held, ServiceKind kind,
                                 std::shared_ptr<const ServiceFacts> visit, WallTime now, const JudgeSettings& settings,
                                 bool vantage_fails) {
    const ServiceTerms terms{
        kind, held.key.mx, now, settings.expiry_warning, settings.expiry_critical, settings.skip_without_ipv6_route};
    ServiceJudgement judgement = judge_service(*visit, terms);
    ServiceAddressStatus status = held;
    status.checked_at = now;
    status.held_back = vantage_fails && judgement.result != ProbeResult::success;
    if (status.held_back) {
        status.result = ProbeResult::unknown;
        status.last = std::move(visit);
        return status;
    }
    if (status.state != judgement.state || !status.since) status.since = now;
    status.state = judgement.state;
    status.result = judgement.result;
    status.logs_in = judgement.logs_in;
    status.confirmation = confirm(held.confirmation, judgement.result, settings.failures_to_confirm);
    if (visit->failure) status.last_failed = visit;
    status.last = std::move(visit);
    status.findings = findings_after(held, status, std::move(judgement));
    return status;
}

ServiceAddressStatus skipped_service(EndpointKey key, Failure why, WallTime now) {
    ServiceFacts facts;
    facts.failure = std::move(why);
    ServiceAddressStatus status;
    status.key = std::move(key);
    status.state = EndpointState::skipped;
    status.since = status.checked_at = now;
    status.last = std::make_shared<const ServiceFacts>(std::move(facts));
    return status;
}

std::optional<Statement> judge_host(ServiceKind kind, const MxFacts& facts) {
    const auto said = [&](const std::string& words) {
        return Statement("service.down", std::string(name(kind)) + " at " + facts.domain + ": " + words);
    };
    if (facts.exchanges.empty()) return std::nullopt;
    const MxExchange& host = facts.exchanges.front();
    switch (host.state) {
        case ExchangeState::ok:
        case ExchangeState::unknown: return std::nullopt;
        case ExchangeState::not_found: return said("the host does not exist in DNS");
        case ExchangeState::no_address: return said("the host has no address");
        case ExchangeState::ip_literal: return said("the host is an address in text");
        case ExchangeState::refused_by_policy: break;
    }
    // What our own settings forbid is nobody's fault.
    const bool is_denied = host.has_refused(AddressVerdict::Kind::denied);
    return is_denied ? std::nullopt : std::optional(said("all its addresses are private; targets.allow_networks"));
}

bool same_judgement(const ServiceAddressStatus& a, const ServiceAddressStatus& b) {
    const auto same = [](const HeldStatement& x, const HeldStatement& y) {
        return x.statement.code == y.statement.code && x.statement.severity == y.statement.severity;
    };
    return a.state == b.state && a.logs_in == b.logs_in && a.held_back == b.held_back &&
           a.confirmation.confirmed == b.confirmation.confirmed &&
           a.checked_at.has_value() == b.checked_at.has_value() && std::ranges::equal(a.findings, b.findings, same);
}

}  // namespace mxfleet
