#include "agent/show/domain_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "agent/judge/dane.hpp"
#include "agent/show/label_values.hpp"
#include "agent/show/target_labels.hpp"
#include "agent/show/tls_policy_metrics.hpp"

namespace mxfleet {
namespace {

using Status = DomainStatus;
using Samples = TargetSamples;

void info(const Status& status, Samples& out) {
    std::string tags;
    for (const auto& [tag, value] : status.policy->tags) {
        if (!tags.empty()) tags += ',';
        append_label(tags, tag, value);
    }
    if (tags.empty()) {
        out.value(1);
    } else {
        out.labelled(tags, 1);
    }
}

void verdict(const Status& status, Samples& out) {
    for (const Verdict each : {Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown}) {
        out.value("verdict", name(each), each == status.judgement.verdict ? 1 : 0);
    }
}

void mx_state(const Status& status, Samples& out) {
    static const auto labels = label_of_each<MxState, mx_state_count>("state");
    const MxState now = status.mx ? status.mx->state : MxState::unknown;
    for (std::size_t at = 0; at < mx_state_count; ++at)
        out.labelled(labels[at], at == static_cast<std::size_t>(now) ? 1 : 0);
}

void dnssec_state(const Status& status, Samples& out) {
    if (!status.mx) return;
    for (const Dnssec each : {Dnssec::secure, Dnssec::insecure, Dnssec::bogus, Dnssec::unknown}) {
        out.value("state", name(each), each == status.mx->dnssec ? 1 : 0);
    }
}

/// How many of the endpoints are up, down and unknown; all of them, or those of the best preference.
void count_endpoints(const Status& status, Samples& out, bool best_only) {
    const auto& links = status.links;
    std::size_t up = 0;
    std::size_t down = 0;
    std::size_t unknown = 0;
    for (std::size_t at = 0; at < links.size(); ++at) {
        if (best_only && links[at].preference != status.best_preference) continue;
        const auto endpoint = links[at].endpoint->status.read();
        if (endpoint->state == EndpointState::skipped) continue;
        const auto is_up = endpoint->is_confirmed_up();
        ++(is_up == true ? up : is_up == false ? down : unknown);
    }
    out.value("state", "up", static_cast<double>(up));
    out.value("state", "down", static_cast<double>(down));
    out.value("state", "unknown", static_cast<double>(unknown));
}

/// A domain has no links here but to our endpoints.
void links(const Status& status, Samples& out) {
    for (const DomainLink& link : status.links) {
        if (!out.has(link.endpoint->key.mx)) continue;
        out.labelled(target_labels(link.endpoint->key) + ",preference=\"" + std::to_string(link.preference) + "\"", 1);
    }
}

/// The label `preference` does not tell: PromQL finds no least one among labels.
void primary_links(const Status& status, Samples& out) {
    for (const DomainLink& link : status.links) {
        if (link.preference != status.best_preference || !out.has(link.endpoint->key.mx)) continue;
        out.labelled(target_labels(link.endpoint->key), 1);
    }
}

void last_probe(const Status& status, Samples& out) {
    MaybeTime last = status.checked_at;
    for (const DomainLink& link : status.links)
        last = std::max(last, link.endpoint->status.read()->checked_at);
    if (last) out.value(unix_seconds(*last));
}

/// A code that several exchanges have is one series. Each is said by whoever says what it rests on.
void findings(const Status& status, Samples& out) {
    std::set<std::pair<FindingCode, Severity>> written;
    for (const Finding& finding : status.judgement.findings) {
        const Statement& said = finding.statement;
        const DomainPart& part = status.part;
        const RestsOn rests = rests_on(finding);
        if ((rests == RestsOn::all_endpoints && !part.all_endpoints) || (rests == RestsOn::dns && !part.dns)) continue;
        if (!written.emplace(said.code, said.severity).second) continue;
        out.value({{"code", said.code.text()}, {"severity", name(said.severity)}}, 1);
    }
}

void sender_classes(const Status& status, Samples& out) {
    for (const Sender sender : all_senders) {
        if (const auto takes = status.judgement.takes_from(sender)) out.value("class", name(sender), *takes ? 1 : 0);
    }
}

/// Where the domain's senders have TLSA records to verify the endpoint by.
std::optional<bool> verified_by_dane(const MxFacts& mx, const EndpointStatus& endpoint) {
    const auto state = dane_state(mx, endpoint);
    if (state != DaneState::match && state != DaneState::mismatch) return std::nullopt;
    return state == DaneState::match;
}

void verified_endpoints(const Status& status, Samples& out) {
    if (!status.mx) return;
    for (const DomainLink& link : status.links) {
        if (!out.has(link.endpoint->key.mx)) continue;
        const auto verified = verified_by_dane(*status.mx, *link.endpoint->status.read());
        if (verified) out.labelled(target_labels(link.endpoint->key) + ",policy=\"dane\"", *verified ? 1 : 0);
    }
    tls_policy_metrics::endpoint_verified(status, out);
}

/// One address of an exchange is asked a day, in turn: what counts is the last.
std::map<std::string_view, const PolicyStatus*> last_policy_of_each(
    std::string_view domain, const std::vector<std::shared_ptr<const EndpointStatus>>& endpoints) {
    std::map<std::string_view, const PolicyStatus*> last;
    for (const auto& endpoint : endpoints) {
        const PolicyStatus* const status = policy_of(endpoint->policies().get(), domain);
        if (status == nullptr) continue;
        const PolicyStatus*& known = last[endpoint->key.mx];
        if (known == nullptr || known->checked_at < status->checked_at) known = status;
    }
    return last;
}

void policy_replies(const Status& status, Samples& out) {
    const auto endpoints = read_endpoints(status);
    for (const auto& [exchange, policy] : last_policy_of_each(status.domain, endpoints)) {
        if (!out.has(exchange)) continue;
        for (std::size_t at = 0; at < policy_probe_count; ++at) {
            const int code = policy->facts.replies[at].code;
            if (code != 0) out.value({{"mx", exchange}, {"probe", name(static_cast<PolicyProbe>(at))}}, code);
        }
    }
}

constexpr auto of_name = SaidBy::owner_of_name;
constexpr auto of_all = SaidBy::owner_of_all_exchanges;
constexpr auto of_each = SaidBy::each_its_own;
constexpr auto of_divided = SaidBy::each_where_divided;

constexpr auto table = std::to_array<DomainMetric>({
    {metric("mxfleet_domain_info"), of_name, &info},
    {metric("mxfleet_domain_deliverable"), of_all,
     [](const Status& status, Samples& out) {
         if (const auto deliverable = status.judgement.deliverable) out.value(*deliverable ? 1 : 0);
     }},
    {metric("mxfleet_domain_sender_class_deliverable"), of_all, &sender_classes},
    {metric("mxfleet_domain_verdict"), of_all, &verdict},
    {metric("mxfleet_domain_mx_state"), of_name, &mx_state},
    {metric("mxfleet_domain_mx_records"), of_name,
     [](const Status& status, Samples& out) {
         if (status.mx && status.mx->state != MxState::unknown) {
             out.value(static_cast<double>(status.mx->records));
         }
     }},
    {metric("mxfleet_domain_mx_lookup_duration_seconds"), of_name,
     [](const Status& status, Samples& out) {
         if (status.mx) out.value(seconds(status.mx->lookup));
     }},
    {metric("mxfleet_domain_mx_changes_total"), of_name,
     [](const Status& status, Samples& out) { out.value(status.past_of_mx().changes); }},
    {metric("mxfleet_domain_mx_last_change_timestamp_seconds"), of_name,
     [](const Status& status, Samples& out) {
         if (const MaybeTime changed_at = status.past_of_mx().changed_at) out.value(unix_seconds(*changed_at));
     }},
    {metric("mxfleet_domain_mx_resolvers_disagreeing"), of_name,
     [](const Status& status, Samples& out) {
         const ComparedMx& compared = status.past_of_mx().compared;
         if (compared.asked > 0) out.value(compared.disagreeing);
     }},
    {metric("mxfleet_domain_dnssec_state"), of_name, &dnssec_state},
    {metric("mxfleet_domain_mta_sts_mode"), of_name, &tls_policy_metrics::mode},
    {metric("mxfleet_domain_mta_sts_fetch_success"), of_name, &tls_policy_metrics::fetch_success},
    {metric("mxfleet_domain_mta_sts_max_age_seconds"), of_name, &tls_policy_metrics::max_age},
    {metric("mxfleet_domain_mta_sts_unmatched_mx"), of_name, &tls_policy_metrics::unmatched_mx},
    {metric("mxfleet_domain_mta_sts_host_certificate_not_after_timestamp_seconds"), of_name,
     &tls_policy_metrics::host_not_after},
    {metric("mxfleet_domain_tlsrpt_valid"), of_name, &tls_policy_metrics::tlsrpt_valid},
    {metric("mxfleet_domain_endpoints"), of_all,
     [](const Status& status, Samples& out) { count_endpoints(status, out, false); }},
    {metric("mxfleet_domain_best_preference_endpoints"), of_all,
     [](const Status& status, Samples& out) { count_endpoints(status, out, true); }},
    {metric("mxfleet_domain_endpoint_info"), of_each, &links, DividedBy::exchange},
    {metric("mxfleet_domain_primary_endpoint_info"), of_divided, &primary_links, DividedBy::exchange},
    {metric("mxfleet_domain_endpoint_verified"), of_each, &verified_endpoints, DividedBy::exchange},
    {metric("mxfleet_domain_policy_reply_code"), of_each, &policy_replies, DividedBy::exchange},
    {metric("mxfleet_domain_last_probe_timestamp_seconds"), of_name, &last_probe},
    {metric("mxfleet_domain_finding"), of_each, &findings},
});

}  // namespace

void DomainMetric::write(const DomainStatus& status, TargetSamples& out) const {
    const DomainPart& part = status.part;
    if (said_by == of_name && !part.dns) return;
    if (said_by == of_all && !part.all_endpoints) return;
    if (said_by == of_divided && part.all_endpoints) return;
    write_ours(status, out);
}

DomainView DomainView::read(const DomainCell& cell) {
    DomainView view;
    view.status = cell.status.read();
    view.endpoints = read_endpoints(*view.status);
    return view;
}

std::span<const DomainMetric> domain_metrics() {
    return table;
}

}  // namespace mxfleet
