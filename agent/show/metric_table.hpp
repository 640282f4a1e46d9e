// Every metric, once: its name, type, labels, and what it means (METRICS "Catalogue"). The pages and their
// documentation derive from this table; who writes a metric takes its row from here.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "agent/show/page_part.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

struct MetricRow {
    std::string_view name;  ///< a counter's ends in `_total`
    MetricType type;
    std::string_view labels;  ///< their names, those of the target included; a histogram's `le` is not told
    std::string_view help;
    Detail detail = Detail::core;  ///< `core`: what the rules of METRICS read, and what is little
};

namespace metric_rows {

using enum MetricType;
inline constexpr auto full = Detail::full;

inline constexpr auto agent = std::to_array<MetricRow>({
    {"mxfleet_http_requests_total", counter, "code handler", "HTTP requests answered."},
    {"mxfleet_dns_queries_total", counter, "outcome qtype resolver",
     "DNS queries sent, by resolver and how they ended."},
    {"mxfleet_targets_dropped_total", counter, "reason", "Addresses that are not probed, and why."},
    {"mxfleet_probe_deferred_total", counter, "reason", "Sessions that waited although they were due, and why."},
    {"mxfleet_probes_total", counter, "kind result", "Probes ended."},
    {"mxfleet_build_info", gauge, "compiler revision version", "What is running; always 1."},
    {"mxfleet_shard_index", gauge, "", "Which part of the exchanges this agent probes."},
    {"mxfleet_shards", gauge, "", "Into how many parts the exchanges are divided."},
    {"mxfleet_config_last_reload_successful", gauge, "", "Whether the last configuration load succeeded."},
    {"mxfleet_config_last_reload_success_timestamp_seconds", gauge, "", "When the configuration was last loaded."},
    {"mxfleet_scheduler_oldest_overdue_seconds", gauge, "",
     "How long the session that waits longest is overdue; politeness does not count."},
    {"mxfleet_targets", gauge, "kind", "What is scheduled now."},
    {"mxfleet_probes_in_flight", gauge, "kind", "Probes under way."},
    {"mxfleet_http_request_duration_seconds", histogram, "handler", "Time to answer an HTTP request."},
    {"mxfleet_dns_query_duration_seconds", histogram, "resolver", "Time for a resolver to answer a query."},
    {"mxfleet_scheduler_lag_seconds", histogram, "", "Sessions: started minus due."},
    {"mxfleet_probe_phase_duration_seconds", histogram, "phase", "Time of each phase, over the whole fleet."},
    {"process_cpu_seconds_total", counter, "", "User and system CPU time spent."},
    {"process_virtual_memory_bytes", gauge, "", "Virtual memory size."},
    {"process_resident_memory_bytes", gauge, "", "Resident memory size."},
    {"process_start_time_seconds", gauge, "", "Start time of the process since the epoch."},
    {"process_open_fds", gauge, "", "Open file descriptors."},
    {"process_max_fds", gauge, "", "Most file descriptors that may be open."},
    {"process_virtual_memory_max_bytes", gauge, "", "Most virtual memory that may be used; -1: unlimited."},
    {"mxfleet_vantage_check_success", gauge, "check",
     "Whether the agent's own place passes the check. Absent where there is nothing to check."},
    {"mxfleet_agent_finding", gauge, "code severity",
     "Findings about the agent itself, services and flows; 1 while one holds."},
});

inline constexpr auto domains = std::to_array<MetricRow>({
    {"mxfleet_domain_info", gauge, "domain", "The configured tags; always 1."},
    {"mxfleet_domain_deliverable", gauge, "domain",
     "1: an endpoint takes EHLO; 0: none does. Absent: unknown, or takes no mail."},
    {"mxfleet_domain_sender_class_deliverable", gauge, "domain class",
     "Whether such a sender could deliver. Absent: unknown, or takes no mail."},
    {"mxfleet_domain_verdict", gauge, "domain verdict", "The worst of all findings; 1 for the verdict that holds."},
    {"mxfleet_domain_mx_state", gauge, "domain state", "What DNS says; 1 for the state that holds."},
    {"mxfleet_domain_mx_records", gauge, "domain", "MX records published.", full},
    {"mxfleet_domain_mx_lookup_duration_seconds", gauge, "domain", "Time of the last MX lookup.", full},
    {"mxfleet_domain_mx_changes_total", counter, "domain", "How often the set of exchanges was another than before."},
    {"mxfleet_domain_mx_last_change_timestamp_seconds", gauge, "domain", "When the set of exchanges last changed.",
     full},
    {"mxfleet_domain_mx_resolvers_disagreeing", gauge, "domain",
     "Resolvers of dns.compare that give another set of exchanges for longer than the TTL."},
    {"mxfleet_domain_dnssec_state", gauge, "domain state", "Of the MX records; 1 for the state that holds."},
    {"mxfleet_domain_mta_sts_mode", gauge, "domain mode",
     "Of the policy that senders go by, or why there is none; 1 for the mode that holds. Absent: unknown."},
    {"mxfleet_domain_mta_sts_fetch_success", gauge, "domain", "Whether the last fetch gave a policy."},
    {"mxfleet_domain_mta_sts_max_age_seconds", gauge, "domain", "How long senders keep the policy.", full},
    {"mxfleet_domain_mta_sts_unmatched_mx", gauge, "domain", "Exchanges that the policy does not allow."},
    {"mxfleet_domain_mta_sts_host_certificate_not_after_timestamp_seconds", gauge, "domain",
     "When the certificate of the policy host ends."},
    {"mxfleet_domain_tlsrpt_valid", gauge, "domain", "Whether a valid TLSRPT record is published.", full},
    {"mxfleet_domain_endpoints", gauge, "domain state", "Endpoints by confirmed state; those skipped do not count."},
    {"mxfleet_domain_best_preference_endpoints", gauge, "domain state",
     "The same for the endpoints of the best preference only."},
    {"mxfleet_domain_endpoint_info", gauge, "domain mx ip port preference",
     "Which endpoints a domain has, to join by; always 1."},
    {"mxfleet_domain_primary_endpoint_info", gauge, "domain mx ip port",
     "Endpoints of the best preference, where several agents share the exchanges of a domain, to join by; always 1."},
    {"mxfleet_domain_endpoint_verified", gauge, "domain mx ip port policy",
     "Whether an endpoint does what a policy of the domain asks for. Absent: unknown, or no such policy."},
    {"mxfleet_domain_policy_reply_code", gauge, "domain mx probe",
     "What the exchange last answered to a policy probe, at one of its addresses a day.", full},
    {"mxfleet_domain_last_probe_timestamp_seconds", gauge, "domain", "When anything of the domain was last looked at.",
     full},
    {"mxfleet_domain_finding", gauge, "domain code severity", "1 while the finding holds."},
});

inline constexpr auto endpoints = std::to_array<MetricRow>({
    {"mxfleet_dnsbl_zone_usable", gauge, "zone",
     "Whether the block list passes its own test. Absent while that is not known."},
    {"mxfleet_endpoint_up", gauge, "mx ip port",
     "1: the last session got 220 and then 250 to EHLO or HELO. Absent while unknown."},
    {"mxfleet_endpoint_confirmed_up", gauge, "mx ip port",
     "As endpoint_up, turning 0 only after several failures in a row."},
    {"mxfleet_endpoint_state", gauge, "mx ip port state", "What the last session came to; 1 for the state that holds."},
    {"mxfleet_endpoint_greeting_code", gauge, "mx ip port", "Reply code of the last greeting; 0: none came.", full},
    {"mxfleet_endpoint_phase_duration_seconds", gauge, "mx ip port phase", "Time of each phase of the last session."},
    {"mxfleet_endpoint_latency_seconds", histogram, "mx ip port phase",
     "Time to connect and to greet, over all sessions; only with export.endpoint_histograms.", full},
    {"mxfleet_endpoint_probes_total", counter, "mx ip port result", "Sessions ended.", full},
    {"mxfleet_endpoint_failures_total", counter, "mx ip port phase reason",
     "Sessions that did not get there, by phase and reason.", full},
    {"mxfleet_endpoint_consecutive_failures", gauge, "mx ip port", "Failures in a row until now.", full},
    {"mxfleet_endpoint_last_probe_timestamp_seconds", gauge, "mx ip port", "When the last session ended."},
    {"mxfleet_endpoint_last_success_timestamp_seconds", gauge, "mx ip port", "When the last session that was up ended.",
     full},
    {"mxfleet_endpoint_probe_interval_seconds", gauge, "mx ip port",
     "Time between two sessions, politeness and back-off included."},
    {"mxfleet_endpoint_capability", gauge, "mx ip port capability",
     "Whether EHLO offers it; inside TLS where that works.", full},
    {"mxfleet_endpoint_unknown_capabilities", gauge, "mx ip port", "EHLO keywords that are none of the known ones.",
     full},
    {"mxfleet_endpoint_message_size_limit_bytes", gauge, "mx ip port", "SIZE by RFC 1870. Absent: no limit stated.",
     full},
    {"mxfleet_endpoint_starttls_success", gauge, "mx ip port",
     "Whether STARTTLS led to TLS. Absent while refused temporarily."},
    {"mxfleet_endpoint_tls_info", gauge, "mx ip port version cipher", "Negotiated protocol and cipher; always 1."},
    {"mxfleet_endpoint_tls_check", gauge, "mx ip port check", "Each check of the certificate by itself."},
    {"mxfleet_endpoint_tls_verified", gauge, "mx ip port",
     "Whether a sender that insists on chain and name would deliver."},
    {"mxfleet_endpoint_tls_certificate_not_after_timestamp_seconds", gauge, "mx ip port certificate",
     "End of validity: of the server's certificate, and the earliest of its chain."},
    {"mxfleet_endpoint_tls_certificate_info", gauge, "mx ip port sha256 issuer", "The certificate presented; always 1.",
     full},
    {"mxfleet_endpoint_tls_legacy_accepted", gauge, "mx ip port version",
     "Whether the server speaks a version of TLS that is out of date, as a session of its own tries it.", full},
    {"mxfleet_endpoint_tlsa_records", gauge, "mx ip port usability",
     "Secure TLSA records of the exchange at this port, by whether senders can use them. Absent: none.", full},
    {"mxfleet_endpoint_reverse_dns_confirmed", gauge, "mx ip port",
     "Whether a reverse name of the address leads back to it. Absent while unknown.", full},
    {"mxfleet_endpoint_relay_state", gauge, "mx ip port state",
     "Whether the server relays for strangers; 1 for the state that holds."},
    {"mxfleet_endpoint_relay_last_conclusive_timestamp_seconds", gauge, "mx ip port",
     "When a relay check could last tell."},
    {"mxfleet_endpoint_greylisting", gauge, "mx ip port",
     "Whether the server put us off once and let us in when we came again. Absent while unknown.", full},
    {"mxfleet_endpoint_finding", gauge, "mx ip port code severity", "1 while the finding holds."},
    {"mxfleet_mx_siblings_differ", gauge, "mx aspect",
     "Whether the addresses behind an exchange differ in the aspect."},
    {"mxfleet_dnsbl_listed", gauge, "ip zone", "Whether the block list names the address. Absent while unknown."},
});

inline constexpr auto services = std::to_array<MetricRow>({
    {"mxfleet_service_up", gauge, "name kind ip port",
     "Whether the service greeted and said what it can in its last visit. Absent while unknown."},
    {"mxfleet_service_confirmed_up", gauge, "name kind ip port",
     "The same once it is confirmed: 0 after several failures in a row. Absent while unknown."},
    {"mxfleet_service_login_success", gauge, "name kind ip port",
     "Whether the login worked in the last visit; 0 where the password was not sent for want of verified TLS. "
     "Absent where it was not tried."},
    {"mxfleet_service_tls_certificate_not_after_timestamp_seconds", gauge, "name kind ip port",
     "When the certificate of the service ends."},
    {"mxfleet_service_phase_duration_seconds", gauge, "name ip port phase",
     "Time of each phase of the last visit: ehlo is CAPABILITY and CAPA as well, mail the one without login, login "
     "its last turn.",
     full},
});

inline constexpr auto flows = std::to_array<MetricRow>({
    {"mxfleet_flow_messages_total", counter, "flow outcome",
     "Test messages: sent ones were taken by a server, delivered ones seen in the mailbox, junk and late ones among "
     "them; send_failed ones nobody took."},
    {"mxfleet_flow_last_delivery_timestamp_seconds", gauge, "flow",
     "When a test message last arrived. Absent while none has."},
    {"mxfleet_flow_in_flight", gauge, "flow", "Test messages that were taken and are neither seen nor lost yet."},
    {"mxfleet_flow_finding", gauge, "flow code severity mx ip port",
     "Findings about a flow; 1 while one holds. Of one that tests each endpoint, with the endpoint."},
    {"mxfleet_flow_delivery_duration_seconds", histogram, "flow",
     "Time from the first attempt to hand a test message over to its arrival in the mailbox.", full},
});

/// Of the page that blackbox_exporter's users know.
inline constexpr auto probe = std::to_array<MetricRow>({
    {"probe_success", gauge, "", "1: mail for the domain can be delivered, or it wants none; 0: it cannot."},
    {"probe_duration_seconds", gauge, "", "Time of the MX lookup and of the longest last session."},
    {"probe_ssl_earliest_cert_expiry", gauge, "", "When the first of all certificates that were sent ends."},
    {"probe_tls_version_info", gauge, "version", "The TLS versions in use; always 1."},
});

}  // namespace metric_rows

struct MetricSection {
    std::string_view title;
    std::span<const MetricRow> rows;
};

inline constexpr auto metric_table = std::to_array<MetricSection>({
    {"The agent", metric_rows::agent},
    {"Domains", metric_rows::domains},
    {"Endpoints", metric_rows::endpoints},
    {"Services", metric_rows::services},
    {"Flows", metric_rows::flows},
    {"A domain at /probe", metric_rows::probe},
});

/// The row of that name. A name that is not in the table does not compile.
consteval const MetricRow& metric(std::string_view name) {
    for (const MetricSection& section : metric_table) {
        for (const MetricRow& row : section.rows) {
            if (row.name == name) return row;
        }
    }
    throw "there is no such metric";
}

inline void begin_family(Exposition& page, const MetricRow& row) {
    page.begin_family(row.name, row.type, row.help);
}

}  // namespace mxfleet
