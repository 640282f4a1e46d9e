#include "agent/fleet/domain_judging.hpp"

#include <utility>
#include <vector>

#include "probes/io/clocks.hpp"

namespace mxfleet {

void DomainJudging::note_all() {
    for (const auto& [name, domain] : targets_.domains())
        note(name);
}

void DomainJudging::judge_noted() {
    const auto noted = std::exchange(noted_, {});
    for (const SharedText& name : noted) {
        if (stopped_) return;
        DomainTarget* const domain = targets_.find(name);
        if (domain != nullptr && domain->is_shown()) judge(*domain);
    }
}

void DomainJudging::judge(DomainTarget& domain) {
    const auto before = domain.cell->status.read();
    const auto now = std::make_shared<const DomainStatus>(status_now(domain, *before));
    const bool changed = !(now->judgement == before->judgement);
    domain.cell->status.publish(now);
    if (changed) memory_.domain_judged(*before, *now);
    if (changed && domain.part.all_endpoints) observer_.domain_changed(*before, *now);
    first_round_.judged(domain);
}

DomainStatus DomainJudging::status_now(const DomainTarget& domain, const DomainStatus& before) {
    const bool without_dns = vantage_.resolvers_fail() || vantage_.egress_fails();
    DomainStatus status = status_of(domain, without_dns ? held_facts(domain.mx, domain.good) : domain.mx);
    if (vantage_.egress_fails()) {
        status.judgement = held_back(before.judgement, status.mx != domain.mx);
    } else if (domain.mx) {
        const auto endpoints = read_endpoints(status);
        std::vector<const EndpointStatus*> seen;
        seen.reserve(endpoints.size());
        for (const auto& endpoint : endpoints)
            seen.push_back(endpoint.get());
        status.judgement =
            judge_domain(*status.mx, seen, *domain.policy, before.judgement, wall_now(), domain.part.all_endpoints,
                         domain.tls_policies.get(), further_findings(status, wall_now()));
        memory_.restore(status.judgement.findings, status.domain);
    }
    for (Finding& finding : status.judgement.findings)
        finding.statement.summary = texts_.shared(std::move(finding.statement.summary));
    return status;
}

}  // namespace mxfleet
