#include "agent/show/report_json.hpp"

#include <algorithm>

#include "agent/judge/dane.hpp"
#include "agent/show/senders_json.hpp"
#include "agent/show/tls_policy_json.hpp"

namespace mxfleet {
namespace {

constexpr int schema = 1;

Json exchange_json(const MxExchange& exchange) {
    Json addresses = Json::array();
    for (const IpAddress& address : exchange.addresses)
        addresses.push_back(address.text());
    for (const RefusedAddress& refused : exchange.refused)
        addresses.push_back(refused.ip.text());
    return {{"name", exchange.name},
            {"preference", exchange.preference},
            {"addresses", std::move(addresses)},
            {"alias_of", exchange.alias_of.empty() ? Json(nullptr) : Json(exchange.alias_of)},
            {"state", name(exchange.state)}};
}

Json mx_json(const MxFacts* mx) {
    if (mx == nullptr) {
        return {{"state", name(MxState::unknown)}, {"error", nullptr},          {"dnssec", name(Dnssec::unknown)},
                {"ttl_seconds", nullptr},          {"lookup_seconds", nullptr}, {"exchanges", Json::array()}};
    }
    Json exchanges = Json::array();
    for (const MxExchange& exchange : mx->exchanges)
        exchanges.push_back(exchange_json(exchange));
    return {{"state", name(mx->state)},
            {"error", mx->error ? Json(name(*mx->error)) : Json(nullptr)},
            {"dnssec", name(mx->dnssec)},
            {"ttl_seconds", mx->ttl ? Json(mx->ttl->count()) : Json(nullptr)},
            {"lookup_seconds", seconds(mx->lookup)},
            {"exchanges", std::move(exchanges)}};
}

Json mx_changes_json(const MxChanges* changes) {
    Json all = Json::array();
    if (changes == nullptr) return all;
    for (const MxChange& change : *changes) {
        all.push_back(
            {{"at", date_json(change.at)}, {"before", records_of(change.before)}, {"after", records_of(change.after)}});
    }
    return all;
}

Json deliverable_json(const std::optional<bool>& deliverable) {
    return deliverable ? Json(*deliverable) : Json(nullptr);
}

Json dane_json(const MxFacts* mx, const EndpointStatus& endpoint) {
    const auto state = mx != nullptr ? dane_state(*mx, endpoint) : std::nullopt;
    if (!state) return nullptr;
    Json records = Json::array();
    for (const TlsaRecord& record : tlsa_for(*mx, endpoint)->records)
        records.push_back(text_of(record));
    return {{"state", name(*state)}, {"records", std::move(records)}};
}

Json endpoint_of(const DomainStatus& domain, const EndpointStatus& endpoint, Transcripts transcripts) {
    Json json = endpoint_json(endpoint, transcripts);
    json["dane"] = dane_json(domain.mx.get(), endpoint);
    put_senders(json, domain, endpoint);
    json["policy"] = policy_json(policy_of(endpoint.policies().get(), domain.domain));
    return json;
}

}  // namespace

std::vector<Finding> Report::findings() const {
    std::vector<Finding> all = extra;
    const DomainStatus& domain = *view.status;
    all.insert(all.end(), domain.judgement.findings.begin(), domain.judgement.findings.end());
    for (const auto& endpoint : view.endpoints) {
        std::ranges::move(findings_of(*endpoint, *domain.policy, domain.mx.get()), std::back_inserter(all));
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, [](const Finding& each) { return each.statement.severity; });
    return all;
}

Json report_json(const Report& report, Transcripts transcripts) {
    const DomainStatus& domain = *report.view.status;
    Json endpoints = Json::array();
    for (const auto& endpoint : report.view.endpoints)
        endpoints.push_back(endpoint_of(domain, *endpoint, transcripts));
    Json findings = Json::array();
    for (const Finding& finding : report.findings())
        findings.push_back(finding_json(finding));
    Json json = {{"schema", schema},
                 {"domain", domain.domain},
                 {"checked_at", date_json(report.checked_at)},
                 {"duration_seconds", report.duration ? Json(seconds(*report.duration)) : Json(nullptr)},
                 {"verdict", name(domain.judgement.verdict)},
                 {"deliverable", deliverable_json(domain.judgement.deliverable)},
                 {"mx", mx_json(domain.mx.get())},
                 {"mx_changes", mx_changes_json(domain.past_of_mx().history.get())},
                 {"mta_sts", mta_sts_json(domain.tls_policies.get())},
                 {"tlsrpt", tlsrpt_json(domain.tls_policies.get())},
                 {"senders", nullptr},
                 {"senders_why", nullptr},
                 {"endpoints", std::move(endpoints)},
                 {"findings", std::move(findings)}};
    put_senders(json, report.view);
    // The rest stands in the reports of the agents that this one shares the fleet with.
    if (!domain.part.all_endpoints) json["all_endpoints"] = false;
    return json;
}

Json domain_summary_json(const DomainView& view) {
    const DomainStatus& domain = *view.status;
    Json codes = Json::array();
    for (const Finding& finding : Report{view, {}, {}, {}}.findings()) {
        const Json code = std::string(finding.statement.code.text());
        if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
    }
    return {{"domain", domain.domain},
            {"verdict", name(domain.judgement.verdict)},
            {"deliverable", deliverable_json(domain.judgement.deliverable)},
            {"mx_state", domain.mx ? name(domain.mx->state) : name(MxState::unknown)},
            {"endpoints", domain.links.size()},
            {"findings", std::move(codes)},
            {"checked_at", date_json(domain.checked_at)}};
}

std::string json_text(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mxfleet
