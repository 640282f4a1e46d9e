#include "agent/show/domain_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "agent/judge/dane.hpp"
#include "agent/show/label_values.hpp"
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
        out.labelled(link.endpoint->labels + ",preference=\"" + std::to_string(link.preference) + "\"", 1);
    }
}

/// The label `preference` does not tell: PromQL finds no least one among labels.
void primary_links(const Status& status, Samples& out) {
    for (const DomainLink& link : status.links) {
        if (link.preference != status.best_preference || !out.has(link.endpoint->key.mx)) continue;
        out.labelled(link.endpoint->labels, 1);
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
        if (verified) out.labelled(link.endpoint->labels + ",policy=\"dane\"", *verified ? 1 : 0);
    }
    tls_policy_metrics::endpoint_verified(status, out);
}

/// One address of an exchange is asked a day, in turn: what counts is the last.
std::map<std::string_view, const PolicyStatus*> last_policy_of_each(
    std::string_view domain, const std::vector<std::shared_ptr<const EndpointStatus>>& endpoints) {
    std::map<std::string_view, const PolicyStatus*> last;
    for (const auto& endpoint : endpoints) {
        const PolicyStatus* const status = policy_of(endpoint->policies.get(), domain);
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

constexpr auto gauge = MetricType::gauge;
constexpr auto counter = MetricType::counter;
constexpr auto core = Detail::core;

constexpr auto of_name = SaidBy::owner_of_name;
constexpr auto of_all = SaidBy::owner_of_all_exchanges;
constexpr auto of_each = SaidBy::each_its_own;
constexpr auto of_divided = SaidBy::each_where_divided;

/// `core` are those that the rules of METRICS read.
constexpr auto table = std::to_array<DomainMetric>({
    {"mxfleet_domain_info", gauge, "The configured tags; always 1.", of_name, &info, core},
    {"mxfleet_domain_deliverable", gauge, "1: an endpoint takes EHLO; 0: none does. Absent: unknown, or takes no mail.",
     of_all,
     [](const Status& status, Samples& out) {
         if (const auto deliverable = status.judgement.deliverable) out.value(*deliverable ? 1 : 0);
     },
     core},
    {"mxfleet_domain_sender_class_deliverable", gauge,
     "Whether such a sender could deliver. Absent: unknown, or takes no mail.", of_all, &sender_classes},
    {"mxfleet_domain_verdict", gauge, "The worst of all findings; 1 for the verdict that holds.", of_all, &verdict},
    {"mxfleet_domain_mx_state", gauge, "What DNS says; 1 for the state that holds.", of_name, &mx_state, core},
    {"mxfleet_domain_mx_records", gauge, "MX records published.", of_name,
     [](const Status& status, Samples& out) {
         if (status.mx && status.mx->state != MxState::unknown) {
             out.value(static_cast<double>(status.mx->records));
         }
     }},
    {"mxfleet_domain_mx_lookup_duration_seconds", gauge, "Time of the last MX lookup.", of_name,
     [](const Status& status, Samples& out) {
         if (status.mx) out.value(seconds(status.mx->lookup));
     }},
    {"mxfleet_domain_mx_changes_total", counter, "How often the set of exchanges was another than before.", of_name,
     [](const Status& status, Samples& out) { out.value(static_cast<double>(status.mx_changes)); }, core},
    {"mxfleet_domain_mx_last_change_timestamp_seconds", gauge, "When the set of exchanges last changed.", of_name,
     [](const Status& status, Samples& out) {
         if (status.mx_changed_at) out.value(unix_seconds(*status.mx_changed_at));
     }},
    {"mxfleet_domain_mx_resolvers_disagreeing", gauge,
     "Resolvers of dns.compare that give another set of exchanges for longer than the TTL.", of_name,
     [](const Status& status, Samples& out) {
         if (status.compared.asked > 0) out.value(status.compared.disagreeing);
     },
     core},
    {"mxfleet_domain_dnssec_state", gauge, "Of the MX records; 1 for the state that holds.", of_name, &dnssec_state,
     core},
    {"mxfleet_domain_mta_sts_mode", gauge,
     "Of the policy that senders go by, or why there is none; 1 for the mode that holds. Absent: unknown.", of_name,
     &tls_policy_metrics::mode, core},
    {"mxfleet_domain_mta_sts_fetch_success", gauge, "Whether the last fetch gave a policy.", of_name,
     &tls_policy_metrics::fetch_success, core},
    {"mxfleet_domain_mta_sts_max_age_seconds", gauge, "How long senders keep the policy.", of_name,
     &tls_policy_metrics::max_age},
    {"mxfleet_domain_mta_sts_unmatched_mx", gauge, "Exchanges that the policy does not allow.", of_name,
     &tls_policy_metrics::unmatched_mx, core},
    {"mxfleet_domain_mta_sts_host_certificate_not_after_timestamp_seconds", gauge,
     "When the certificate of the policy host ends.", of_name, &tls_policy_metrics::host_not_after, core},
    {"mxfleet_domain_tlsrpt_valid", gauge, "Whether a valid TLSRPT record is published.", of_name,
     &tls_policy_metrics::tlsrpt_valid},
    {"mxfleet_domain_endpoints", gauge, "Endpoints by confirmed state; those skipped do not count.", of_all,
     [](const Status& status, Samples& out) { count_endpoints(status, out, false); }, core},
    {"mxfleet_domain_best_preference_endpoints", gauge, "The same for the endpoints of the best preference only.",
     of_all, [](const Status& status, Samples& out) { count_endpoints(status, out, true); }, core},
    {"mxfleet_domain_endpoint_info", gauge, "Which endpoints a domain has, to join by; always 1.", of_each, &links,
     core, DividedBy::exchange},
    {"mxfleet_domain_primary_endpoint_info", gauge,
     "Endpoints of the best preference, where several agents share the exchanges of a domain, to join by; always 1.",
     of_divided, &primary_links, core, DividedBy::exchange},
    {"mxfleet_domain_endpoint_verified", gauge,
     "Whether an endpoint does what a policy of the domain asks for. Absent: unknown, or no such policy.", of_each,
     &verified_endpoints, core, DividedBy::exchange},
    {"mxfleet_domain_policy_reply_code", gauge,
     "What the exchange last answered to a policy probe, at one of its addresses a day.", of_each, &policy_replies,
     Detail::full, DividedBy::exchange},
    {"mxfleet_domain_last_probe_timestamp_seconds", gauge, "When anything of the domain was last looked at.", of_name,
     &last_probe},
    {"mxfleet_domain_finding", gauge, "1 while the finding holds.", of_each, &findings, core},
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
