#include "agent/judge/domain.hpp"

#include <algorithm>
#include <iterator>

#include "agent/judge/dane.hpp"
#include "agent/judge/mta_sts.hpp"
#include "agent/judge/siblings.hpp"
#include "probes/dns/findings.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr FindingCode undeliverable_code("mail.undeliverable");
constexpr FindingCode lookup_failed_code("dns.lookup_failed");

MxExpectation expectation(const DomainPolicy& policy) {
    switch (policy.expect) {
        case Expect::unset: return {MxExpectation::Kind::anything, policy.mx};
        case Expect::mail: return {MxExpectation::Kind::mail, policy.mx};
        case Expect::null: return {MxExpectation::Kind::null_mx, policy.mx};
    }
    __builtin_unreachable();
}

std::optional<Finding> undeliverable(const DomainJudgement& judgement, const MxFacts& mx,
                                     const std::vector<const EndpointStatus*>& endpoints) {
    // Where DNS alone forbids it, dns.domain_not_found or dns.no_usable_mx has said so.
    const bool dns_said_so = mx.state == MxState::nxdomain || mx.state == MxState::none_usable;
    if (judgement.deliverable != false || dns_said_so) return std::nullopt;
    const auto tried = std::ranges::count_if(
        endpoints, [](const EndpointStatus* each) { return each->state != EndpointState::skipped; });
    const bool all = static_cast<std::size_t>(tried) == endpoints.size();
    const std::string seen =
        tried == 1
            ? std::string("its only address") + (all ? "" : " that was tried") + " does not take mail"
            : "none of its " + std::to_string(tried) + " addresses" + (all ? "" : " that were tried") + " takes mail";
    return about_domain(Statement(undeliverable_code, seen));
}

/// Where plain senders can deliver, and such as insist on more cannot.
struct SenderRow {
    Sender sender;
    std::string_view words;
};
constexpr auto insisting = std::to_array<SenderRow>({
    {Sender::dane, "senders that honour DANE find no address that they may deliver to"},
    {Sender::mta_sts, "senders that honour MTA-STS find no address that they may deliver to"},
});

void judge_insisting(DomainJudgement& judgement) {
    if (judgement.deliverable == false) return;
    for (const auto& [sender, words] : insisting) {
        if (judgement.takes_from(sender) != false) continue;
        judgement.findings.push_back(about_domain(Statement(undeliverable_code, words)));
    }
}

void keep_since(std::vector<Finding>& findings, const std::vector<Finding>& before, MaybeTime now) {
    for (Finding& finding : findings) {
        const auto same = [&](const Finding& each) {
            return each.statement.code == finding.statement.code && each.mx == finding.mx && each.ip == finding.ip;
        };
        const auto known = std::ranges::find_if(before, same);
        finding.since = known == before.end() ? now : known->since;
    }
}

Verdict verdict(const DomainJudgement& judgement, const MxFacts& mx,
                const std::vector<const EndpointStatus*>& endpoints, const DomainPolicy& policy) {
    const bool not_known = mx.state == MxState::unknown || (!endpoints.empty() && !judgement.deliverable);
    Verdict worst = not_known ? Verdict::unknown : Verdict::ok;
    for (const Finding& finding : judgement.findings)
        worst = worse(worst, verdict_of(finding.statement.severity));
    for (const EndpointStatus* const endpoint : endpoints) {
        for (const HeldStatement& held : endpoint->findings) {
            const FindingCode code = held.statement.code;
            if (!is_ignored(code, policy) && concerns(mx, *endpoint, code))
                worst = worse(worst, verdict_of(held.statement.severity));
        }
    }
    return worst;
}

bool same_finding(const Finding& a, const Finding& b) {
    return a.statement == b.statement && a.scope == b.scope && a.mx == b.mx && a.ip == b.ip && a.port == b.port;
}

}  // namespace

bool DomainJudgement::operator==(const DomainJudgement& other) const {
    return senders == other.senders && verdict == other.verdict &&
           std::ranges::equal(findings, other.findings, same_finding);
}

DomainJudgement judge_domain(const MxFacts& mx, const std::vector<const EndpointStatus*>& endpoints,
                             const DomainPolicy& policy, const DomainJudgement& before, MaybeTime now,
                             bool all_endpoints, const TlsPolicies* tls_policies, std::vector<Finding> further) {
    DomainJudgement judgement;
    for (const Sender sender : all_senders) {
        judgement.senders[static_cast<std::size_t>(sender)] =
            deliverable(sender, {mx, tls_policies}, endpoints, all_endpoints);
    }
    judgement.deliverable = judgement.takes_from(Sender::plain);
    judgement.findings = judge_mx(mx, expectation(policy));
    std::ranges::move(judge_dane(mx, endpoints), std::back_inserter(judgement.findings));
    if (auto found = undeliverable(judgement, mx, endpoints)) judgement.findings.push_back(std::move(*found));
    judge_insisting(judgement);
    std::ranges::move(judge_tls_policies(tls_policies, mx, endpoints), std::back_inserter(judgement.findings));
    std::ranges::move(judge_siblings(endpoints), std::back_inserter(judgement.findings));
    for (const EndpointStatus* const each : endpoints) {
        std::ranges::move(judge_policy(each->key, each->policies().get(), mx.domain),
                          std::back_inserter(judgement.findings));
    }
    std::ranges::move(further, std::back_inserter(judgement.findings));
    std::erase_if(judgement.findings, [&](const Finding& each) { return is_ignored(each.statement.code, policy); });
    judgement.findings.shrink_to_fit();
    keep_since(judgement.findings, before.findings, now);
    judgement.verdict = verdict(judgement, mx, endpoints, policy);
    if (!all_endpoints) judgement.verdict = worse(judgement.verdict, Verdict::unknown);
    return judgement;
}

bool is_ignored(FindingCode code, const DomainPolicy& policy) {
    return std::ranges::find(policy.ignore, code) != policy.ignore.end();
}

RestsOn rests_on(const Finding& finding) {
    if (finding.statement.code == undeliverable_code) return RestsOn::all_endpoints;
    // About an endpoint, or those of one exchange, that all stand with one agent.
    const bool is_theirs = finding.statement.code == FindingCode("dane.tls_unavailable") ||
                           finding.statement.code == FindingCode("siblings.differ");
    return finding.ip || is_theirs ? RestsOn::an_endpoint : RestsOn::dns;
}

std::vector<Finding> findings_of(const EndpointStatus& endpoint, const DomainPolicy& policy, const MxFacts* mx) {
    std::vector<Finding> findings;
    const EndpointKey& key = endpoint.key;
    for (const HeldStatement& held : endpoint.findings) {
        const FindingCode code = held.statement.code;
        if (is_ignored(code, policy) || (mx != nullptr && !concerns(*mx, endpoint, code))) continue;
        findings.push_back({held.statement, Scope::endpoint, key.mx, key.ip, key.port, exact(held.since)});
    }
    return findings;
}

DomainJudgement held_back(DomainJudgement before, bool lookup_failed) {
    if (lookup_failed) {
        std::erase_if(before.findings, [](const Finding& each) { return each.statement.code == lookup_failed_code; });
    }
    before.deliverable.reset();
    before.senders = {};
    before.verdict = Verdict::unknown;
    return before;
}

}  // namespace mxfleet
