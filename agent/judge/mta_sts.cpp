#include "agent/judge/mta_sts.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

using Endpoints = std::vector<const EndpointStatus*>;

std::string in_backticks(std::string_view text) {
    return "`" + std::string(text) + "`";
}

/// Under enforce mail bounces, under testing it is only reported.
Severity severity_under(const MtaStsPolicy& policy) {
    return policy.mode == MtaStsMode::enforce ? Severity::critical : Severity::warning;
}

bool asks_for_something(const MtaStsPolicy* policy) {
    return policy != nullptr && policy->mode != MtaStsMode::none;
}

// ---- What is published ----------------------------------------------------------------------------------------------

std::string held_in_words(const TlsPolicies& policies) {
    if (!policies.held) return "";
    return "; senders that have the policy of mode " + std::string(name(policies.held->policy.mode)) + " keep to it";
}

void judge_record(const TlsPolicies& policies, std::vector<Finding>& findings) {
    if (policies.record.state == RecordState::absent) {
        const std::string seen = "there is no MTA-STS record" + held_in_words(policies);
        findings.push_back(about_domain({"mta_sts.absent", seen}));
    }
    if (policies.record.state == RecordState::invalid) {
        findings.push_back(about_domain({"mta_sts.record_invalid", policies.record.text}));
    }
    if (policies.record.state != RecordState::valid) return;
    if (policies.fetch == PolicyState::failed) {
        const std::string seen = policies.fetch_problem + held_in_words(policies);
        findings.push_back(about_domain({"mta_sts.fetch_failed", seen}));
    }
    if (policies.fetch == PolicyState::invalid) {
        const std::string seen = policies.fetch_problem + held_in_words(policies);
        findings.push_back(about_domain({"mta_sts.policy_invalid", seen}));
    }
}

void judge_tlsrpt(const TlsPolicies& policies, std::vector<Finding>& findings) {
    if (policies.tlsrpt.state == RecordState::absent) {
        findings.push_back(about_domain({"tlsrpt.absent", "there is no TLSRPT record"}));
    }
    if (policies.tlsrpt.state == RecordState::invalid) {
        findings.push_back(about_domain({"tlsrpt.invalid", policies.tlsrpt.text}));
    }
}

void judge_drift(const HeldPolicy& held, std::vector<Finding>& findings) {
    switch (held.drift) {
        case PolicyDrift::none: return;
        case PolicyDrift::text_changed:
            findings.push_back(
                about_domain({"mta_sts.id_body_drift",
                              "the policy has another text than before under the id " + in_backticks(held.id)}));
            return;
        case PolicyDrift::id_changed:
            findings.push_back(
                about_domain({"mta_sts.id_body_drift", Severity::info,
                              "the id is " + in_backticks(held.id) + " now, and the policy is as it was"}));
            return;
    }
}

void judge_max_age(const MtaStsPolicy& policy, std::vector<Finding>& findings) {
    constexpr std::chrono::seconds day = std::chrono::days{1};
    constexpr std::chrono::seconds week = std::chrono::days{7};
    if (policy.max_age >= week) return;
    findings.push_back(about_domain({"mta_sts.short_max_age", policy.max_age < day ? Severity::warning : Severity::info,
                                     "max_age is " + std::to_string(policy.max_age.count()) + " s"}));
}

// ---- What it comes to for exchanges and endpoints -------------------------------------------------------------------

std::string patterns_of(const MtaStsPolicy& policy) {
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t at = 0; at < std::min(policy.mx.size(), shown); ++at)
        text += (at == 0 ? "" : ", ") + policy.mx[at];
    return policy.mx.size() > shown ? text + " …" : text;
}

void judge_exchanges(const MtaStsPolicy& policy, const MxFacts& mx, std::vector<Finding>& findings) {
    for (const MxExchange& exchange : mx.exchanges) {
        if (allows(policy, exchange.name)) continue;
        const std::string seen =
            "no mx of the policy (" + std::string(name(policy.mode)) + ") covers it: " + patterns_of(policy);
        findings.push_back({Statement("mta_sts.mx_mismatch", severity_under(policy), seen),
                            Scope::exchange,
                            exchange.name,
                            {},
                            0,
                            {}});
    }
}

std::string shortcoming(const SessionFacts& session) {
    switch (session.starttls.value_or(StartTls::not_offered)) {
        case StartTls::not_offered: return "STARTTLS is not offered";
        case StartTls::temporary:
        case StartTls::broken: return "STARTTLS is refused";
        case StartTls::failed: return "the TLS handshake fails";
        case StartTls::ok: break;
    }
    std::string text;
    const auto add = [&](bool is_good, std::string_view what) {
        if (!is_good) text += (text.empty() ? "the certificate " : ", ") + std::string(what);
    };
    const bool has_chain = session.tls && session.tls->chain;
    add(has_chain && session.tls->chain->trusted, "is not trusted");
    add(has_chain && session.tls->chain->dates, "is out of date");
    add(session.tls && session.tls->name_match, "is for another name");
    return text;
}

/// A finding of the domain, at the endpoint's place: the endpoint's own keep their severity (CHECKS §0).
void judge_endpoints(const MtaStsPolicy& policy, const Endpoints& endpoints, std::vector<Finding>& findings) {
    for (const EndpointStatus* const endpoint : endpoints) {
        const EndpointKey& key = endpoint->key;
        const bool is_used = endpoint->state != EndpointState::skipped && allows(policy, key.mx);
        if (!is_used || passes_mta_sts(*endpoint) != false) continue;
        const std::string seen =
            shortcoming(*endpoint->last_up) + ", and the policy is " + std::string(name(policy.mode));
        findings.push_back({Statement("mta_sts.certificate_fails", severity_under(policy), seen),
                            Scope::domain,
                            key.mx,
                            key.ip,
                            key.port,
                            {}});
    }
}

}  // namespace

std::optional<bool> passes_mta_sts(const EndpointStatus& endpoint) {
    if (!endpoint.last_up || endpoint.held_back) return std::nullopt;
    const SessionFacts& session = *endpoint.last_up;
    if (!session.starttls || session.starttls == StartTls::temporary) return std::nullopt;
    return session.starttls == StartTls::ok && session.tls && session.tls->verified();
}

std::optional<std::size_t> unmatched_exchanges(const TlsPolicies& policies, const MxFacts& mx) {
    const MtaStsPolicy* const policy = policies.in_force();
    if (!asks_for_something(policy) || mx.exchanges.empty()) return std::nullopt;
    const auto count =
        std::ranges::count_if(mx.exchanges, [&](const auto& each) { return !allows(*policy, each.name); });
    return static_cast<std::size_t>(count);
}

bool wants_policies(const MxFacts& mx) {
    return mx.state != MxState::null && mx.state != MxState::nxdomain;
}

std::vector<Finding> judge_tls_policies(const TlsPolicies* policies, const MxFacts& mx, const Endpoints& endpoints) {
    std::vector<Finding> findings;
    if (policies == nullptr) return findings;
    judge_record(*policies, findings);
    judge_tlsrpt(*policies, findings);
    if (policies->held) judge_drift(*policies->held, findings);
    const MtaStsPolicy* const policy = policies->in_force();
    if (!asks_for_something(policy)) return findings;
    judge_max_age(*policy, findings);
    judge_exchanges(*policy, mx, findings);
    judge_endpoints(*policy, endpoints, findings);
    return findings;
}

}  // namespace mxfleet
