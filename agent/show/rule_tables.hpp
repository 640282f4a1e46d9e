// The rules of METRICS "Alerts", row by row. Data only; rules.cpp writes them.
#pragma once

#include "agent/show/rules.hpp"

namespace mxfleet {

// Links of domains to endpoints, with the value of an endpoint's metric: `mxfleet_domain_endpoint_info` carries both
// keys. `instance` is among them because several vantages see the same endpoint.
#define MXFLEET_OF_LINKS(metric) "mxfleet_domain_endpoint_info * on (instance, mx, ip, port) group_left () " metric
#define MXFLEET_PRIMARY_CONFIRMED_UP                                                    \
    "mxfleet_domain_primary_endpoint_info * on (instance, mx, ip, port) group_left () " \
    "mxfleet_endpoint_confirmed_up"

#define MXFLEET_LEAF_LEFT "mxfleet_endpoint_tls_certificate_not_after_timestamp_seconds{certificate=\"leaf\"} - time()"

inline constexpr auto recording_table = std::to_array<RecordingRule>({
    // A fleet may be divided over several agents: whether mail can be delivered is known of all links together.
    {"domain:mxfleet_deliverable",
     "(max by (vantage, domain) (" MXFLEET_OF_LINKS(
         "mxfleet_endpoint_confirmed_up") ") == 1)\n"
                                          "or\n"
                                          "0 * (max by (vantage, domain) "
                                          "(mxfleet_domain_mx_state{state=~\"nxdomain|none_usable\"}) == 1)\n"
                                          "or\n"
                                          "0 * (\n"
                                          "  count by (vantage, domain) (" MXFLEET_OF_LINKS(
                                              "mxfleet_endpoint_confirmed_up") " == 0)\n"
                                                                               "  ==\n"
                                                                               "  count by (vantage, domain) (\n"
                                                                               "    mxfleet_domain_endpoint_info "
                                                                               "unless on (instance, mx, ip, port) "
                                                                               "mxfleet_endpoint_state{state="
                                                                               "\"skipped\"} == 1\n"
                                                                               "  )\n"
                                                                               ")"},
    // Only of domains that several agents share: of others, the one that has all exchanges counts the primaries.
    {"domain:mxfleet_primaries_up", "(max by (vantage, domain) (" MXFLEET_PRIMARY_CONFIRMED_UP ") == 1)\n"
                                    "or\n"
                                    "0 * (\n"
                                    "  count by (vantage, domain) (" MXFLEET_PRIMARY_CONFIRMED_UP " == 0)\n"
                                    "  ==\n"
                                    "  count by (vantage, domain) (\n"
                                    "    mxfleet_domain_primary_endpoint_info unless on (instance, mx, ip, port) "
                                    "mxfleet_endpoint_state{state=\"skipped\"} == 1\n"
                                    "  )\n"
                                    ")"},
    {"domain:mxfleet_endpoints_up:ratio",
     "avg by (vantage, domain) (" MXFLEET_OF_LINKS("mxfleet_endpoint_confirmed_up") ")"},
    {"domain:mxfleet_certificate_not_after_timestamp_seconds:min",
     "min by (vantage, domain) (" MXFLEET_OF_LINKS(
         "mxfleet_endpoint_tls_certificate_not_after_timestamp_seconds{certificate=\"leaf\"}") ")"},
    {"domain:mxfleet_connect_seconds:p50", "quantile by (vantage, domain) (0.5, " MXFLEET_OF_LINKS(
                                               "mxfleet_endpoint_phase_duration_seconds{phase=\"connect\"}") ")"},
    {"domain:mxfleet_connect_seconds:p95", "quantile by (vantage, domain) (0.95, " MXFLEET_OF_LINKS(
                                               "mxfleet_endpoint_phase_duration_seconds{phase=\"connect\"}") ")"},
    {"domain:mxfleet_connect_seconds:p99", "quantile by (vantage, domain) (0.99, " MXFLEET_OF_LINKS(
                                               "mxfleet_endpoint_phase_duration_seconds{phase=\"connect\"}") ")"},
    {"domain:mxfleet_banner_seconds:p50", "quantile by (vantage, domain) (0.5, " MXFLEET_OF_LINKS(
                                              "mxfleet_endpoint_phase_duration_seconds{phase=\"banner\"}") ")"},
    {"domain:mxfleet_banner_seconds:p95", "quantile by (vantage, domain) (0.95, " MXFLEET_OF_LINKS(
                                              "mxfleet_endpoint_phase_duration_seconds{phase=\"banner\"}") ")"},
    {"domain:mxfleet_banner_seconds:p99", "quantile by (vantage, domain) (0.99, " MXFLEET_OF_LINKS(
                                              "mxfleet_endpoint_phase_duration_seconds{phase=\"banner\"}") ")"},
    // Over several vantages: one ill vantage pages nobody.
    {"endpoint:mxfleet_down:quorum",
     "count by (mx, ip, port) (mxfleet_endpoint_up == 0) > count by (mx, ip, port) (mxfleet_endpoint_up) / 2"},
});

/// What a fleet comes to, so that nobody has to ask for every domain or endpoint to see it. By vantage: several that
/// watch the same fleet do not add up.
inline constexpr auto fleet_recording_table = std::to_array<RecordingRule>({
    {"fleet:mxfleet_deliverable:ratio", "avg by (vantage) (domain:mxfleet_deliverable)"},
    {"fleet:mxfleet_domains:count", "sum by (vantage, verdict) (mxfleet_domain_verdict)"},
    {"fleet:mxfleet_mx_states:count", "sum by (vantage, state) (mxfleet_domain_mx_state)"},
    {"fleet:mxfleet_dnssec_states:count", "sum by (vantage, state) (mxfleet_domain_dnssec_state)"},
    {"fleet:mxfleet_mta_sts_modes:count", "sum by (vantage, mode) (mxfleet_domain_mta_sts_mode)"},
    {"fleet:mxfleet_sender_class_deliverable:ratio",
     "avg by (vantage, class) (mxfleet_domain_sender_class_deliverable)"},
    {"fleet:mxfleet_endpoints:count", "sum by (vantage, state) (mxfleet_endpoint_state)"},
    {"fleet:mxfleet_relay_states:count", "sum by (vantage, state) (mxfleet_endpoint_relay_state)"},
    {"fleet:mxfleet_starttls:ratio", "avg by (vantage) (mxfleet_endpoint_starttls_success)"},
    {"fleet:mxfleet_tls_verified:ratio", "avg by (vantage) (mxfleet_endpoint_tls_verified)"},
    {"fleet:mxfleet_tls_versions:count", "count by (vantage, version) (mxfleet_endpoint_tls_info)"},
    {"fleet:mxfleet_tls_checks_failed:count", "sum by (vantage, check) (1 - mxfleet_endpoint_tls_check)"},
    {"fleet:mxfleet_certificates_expired:count", "sum by (vantage) (" MXFLEET_LEAF_LEFT " < bool 0)"},
    {"fleet:mxfleet_certificates_expire_critically:count",
     "sum by (vantage) (" MXFLEET_LEAF_LEFT " < bool {expiry_critical})"},
    {"fleet:mxfleet_certificates_expire_soon:count",
     "sum by (vantage) (" MXFLEET_LEAF_LEFT " < bool {expiry_warning})"},
    {"fleet:mxfleet_findings:count",
     "count by (vantage, code, severity) ({__name__=~\"mxfleet_(domain|endpoint)_finding\"} == 1)"},
});

/// A month of a hundred thousand domains is no more to be read sample by sample: hours are averaged, then those.
inline constexpr auto hourly_recording_table = std::to_array<RecordingRule>({
    {"domain:mxfleet_availability:ratio_1h", "avg_over_time(domain:mxfleet_deliverable[1h])"},
});

inline constexpr auto availability_recording_table = std::to_array<RecordingRule>({
    {"domain:mxfleet_availability:ratio_30d",
     "avg_over_time(domain:mxfleet_availability:ratio_1h[30d])\n"
     "or avg_over_time(domain:mxfleet_deliverable[1h])"},
    // How fast an error budget of 0.1 % is being used up: 1 spends it in just its period.
    {"domain:mxfleet_burn_rate:1h", "(1 - avg_over_time(domain:mxfleet_deliverable[1h])) / 0.001"},
    {"domain:mxfleet_burn_rate:6h", "(1 - avg_over_time(domain:mxfleet_deliverable[6h])) / 0.001"},
});

inline constexpr auto recording_group_table = std::to_array<RecordingGroup>({
    {"mxfleet-recording", {}, recording_table},
    {"mxfleet-fleet", {}, fleet_recording_table},
    {"mxfleet-hourly", "1h", hourly_recording_table},
    {"mxfleet-availability", "2m", availability_recording_table},  // what is older than 5 min is stale
});

/// What is known of domains, with the tag that the configuration gives each.
#define MXFLEET_TAGGED(vector)                                                                                         \
    " (\n  " vector                                                                                                    \
    "\n  * on (vantage, domain) group_left ({tag}) max by (vantage, domain, {tag}) (mxfleet_domain_info{{tag}!=\"\"})" \
    "\n)"
#define MXFLEET_TAGGED_QUANTILE(quantile, phase) \
    "quantile by (vantage, {tag}) (" quantile             \
    ", (\n  " MXFLEET_OF_LINKS(                           \
        "mxfleet_endpoint_phase_duration_seconds{phase=\"" phase "\"}") "\n)" \
    "\n* on (vantage, domain) group_left ({tag}) max by (vantage, domain, {tag}) (mxfleet_domain_info{{tag}!=\"\"}))"

/// Made once for each tag that the configuration gives its domains.
inline constexpr auto tag_recording_table = std::to_array<RecordingRule>({
    {"{tag}:mxfleet_deliverable:ratio", "avg by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_deliverable")},
    {"{tag}:mxfleet_endpoints_up:ratio", "avg by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_endpoints_up:ratio")},
    {"{tag}:mxfleet_certificate_not_after_timestamp_seconds:min",
     "min by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_certificate_not_after_timestamp_seconds:min")},
    {"{tag}:mxfleet_connect_seconds:p50", MXFLEET_TAGGED_QUANTILE("0.5", "connect")},
    {"{tag}:mxfleet_connect_seconds:p95", MXFLEET_TAGGED_QUANTILE("0.95", "connect")},
    {"{tag}:mxfleet_connect_seconds:p99", MXFLEET_TAGGED_QUANTILE("0.99", "connect")},
    {"{tag}:mxfleet_banner_seconds:p50", MXFLEET_TAGGED_QUANTILE("0.5", "banner")},
    {"{tag}:mxfleet_banner_seconds:p95", MXFLEET_TAGGED_QUANTILE("0.95", "banner")},
    {"{tag}:mxfleet_banner_seconds:p99", MXFLEET_TAGGED_QUANTILE("0.99", "banner")},
    {"{tag}:mxfleet_availability:ratio_30d",
     "avg by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_availability:ratio_30d")},
    {"{tag}:mxfleet_burn_rate:1h", "avg by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_burn_rate:1h")},
    {"{tag}:mxfleet_burn_rate:6h", "avg by (vantage, {tag})" MXFLEET_TAGGED("domain:mxfleet_burn_rate:6h")},
});

// Not by instance: a page in shards has a domain's policy and its endpoints under different ones.
#define MXFLEET_ENFORCED "on (vantage, domain) mxfleet_domain_mta_sts_mode{mode=\"enforce\"} == 1"
#define MXFLEET_STARTTLS_GONE                  \
    "mxfleet_endpoint_starttls_success == 0\n" \
    "and max_over_time(mxfleet_endpoint_starttls_success[7d]) == 1"
// A certificate that nobody trusts anyway, or for another name, is MxfleetCertificateInvalid's business.
#define MXFLEET_OTHERWISE_GOOD                                                             \
    "and on (instance, mx, ip, port) mxfleet_endpoint_tls_check{check=\"trusted\"} == 1\n" \
    "and on (instance, mx, ip, port) mxfleet_endpoint_tls_check{check=\"name_match\"} == 1"
#define MXFLEET_ENDPOINT "{{ $labels.mx }} [{{ $labels.ip }}]:{{ $labels.port }}"
#define MXFLEET_SERVICE "{{ $labels.name }} ({{ $labels.kind }}) at [{{ $labels.ip }}]:{{ $labels.port }}"

inline constexpr auto alert_table = std::to_array<AlertRule>({
    {"MxfleetAgentDown", "critical", "3m", "up{job=\"{job}\"} == 0", "mxfleet at {{ $labels.instance }} is not scraped",
     "Prometheus gets no metrics from {{ $labels.instance }}: nothing is known of the mail servers it watches."},
    {"MxfleetVantageBroken", "critical", "1m", "mxfleet_vantage_check_success{check=~\"egress_ipv4|resolver\"} == 0",
     "{{ $labels.instance }} cannot measure: {{ $labels.check }} fails",
     "The agent's own network or resolver fails ({{ $labels.check }}). It says nothing about mail servers until this "
     "is mended; its other alerts are inhibited, and for ten minutes more, until it has measured again.",
     "10m"},
    {"MxfleetVantageDegraded", "warning", "30m", "mxfleet_vantage_check_success{check!~\"egress_ipv4|resolver\"} == 0",
     "{{ $labels.instance }} fails its own check {{ $labels.check }}",
     "The agent's vantage lacks {{ $labels.check }}: other servers may treat it worse than a real sender."},
    {"MxfleetSchedulerLagging", "warning", "10m", "mxfleet_scheduler_oldest_overdue_seconds > 300",
     "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind its schedule",
     "Sessions start {{ $value | humanizeDuration }} late. The machine is too small for the fleet, or is busy with "
     "something else."},
    {"MxfleetProbeStale", "warning", "5m",
     "time() - mxfleet_endpoint_last_probe_timestamp_seconds > 3 * mxfleet_endpoint_probe_interval_seconds",
     MXFLEET_ENDPOINT " has not been visited for {{ $value | humanizeDuration }}",
     "Three intervals have passed without a session with " MXFLEET_ENDPOINT ": what is shown of it is old."},
    {"MxfleetConfigReloadFailed", "warning", "5m", "mxfleet_config_last_reload_successful == 0",
     "{{ $labels.instance }} runs with an old configuration",
     "The last reload found errors; `mxfleet check-config` names them."},
    {"MxfleetDomainUndeliverable", "critical", "2m", "domain:mxfleet_deliverable == 0",
     "no mail can be delivered to {{ $labels.domain }}",
     "No address of any exchange of {{ $labels.domain }} takes mail, or DNS names none that could."},
    {"MxfleetDomainUnknown", "warning", "30m",
     "(count by (vantage, domain) (mxfleet_domain_endpoint_info) unless on (vantage, domain) "
     "domain:mxfleet_deliverable)\n"
     "or\n"
     "max by (vantage, domain) (mxfleet_domain_mx_state{state=\"unknown\"}) == 1",
     "whether {{ $labels.domain }} takes mail is not known",
     "Nothing conclusive was learned about {{ $labels.domain }} for half an hour: lookups fail, or its servers put us "
     "off."},
    {"MxfleetDomainPrimariesDown", "critical", "5m",
     "(\n"
     "  sum without (state) (mxfleet_domain_best_preference_endpoints{state=\"up\"}) == 0\n"
     "  and on (instance, domain) mxfleet_domain_best_preference_endpoints{state=\"down\"} > 0\n"
     ")\n"
     "or on (vantage, domain) domain:mxfleet_primaries_up == 0",
     "the primary exchanges of {{ $labels.domain }} are down",
     "No address of the best preference of {{ $labels.domain }} takes mail; it goes to backups, if there are any."},
    {"MxfleetMxEndpointDown", "warning", "5m", "mxfleet_endpoint_confirmed_up == 0", MXFLEET_ENDPOINT " is down",
     "Several sessions in a row with " MXFLEET_ENDPOINT " did not get to EHLO. The finding says why."},
    {"MxfleetMxEndpointFlapping", "warning", "0m", "changes(mxfleet_endpoint_up[1h]) > 6",
     MXFLEET_ENDPOINT " goes up and down", MXFLEET_ENDPOINT " changed {{ $value }} times within an hour."},
    {"MxfleetMxUnexpected", "critical", "10m",
     "mxfleet_domain_finding{code=~\"dns\\\\.(mx_unexpected|no_usable_mx|domain_not_found)\"} == 1",
     "the MX of {{ $labels.domain }} is not what it should be: {{ $labels.code }}",
     "{{ $labels.code }} holds for {{ $labels.domain }}; `mxfleet explain {{ $labels.code }}` says what to do."},
    {"MxfleetMxChanged", "info", "0m", "increase(mxfleet_domain_mx_changes_total[15m]) > 0",
     "the MX records of {{ $labels.domain }} changed",
     "The set of exchanges of {{ $labels.domain }} is another than before."},
    {"MxfleetResolversDisagree", "warning", "1h", "mxfleet_domain_mx_resolvers_disagreeing > 0",
     "resolvers disagree about the MX of {{ $labels.domain }}",
     "{{ $value }} resolvers give another set of exchanges for {{ $labels.domain }} for longer than its TTL."},
    {"MxfleetDnsFailing", "warning", "15m", "mxfleet_domain_mx_state{state=\"unknown\"} == 1",
     "the MX of {{ $labels.domain }} cannot be looked up",
     "Lookups for {{ $labels.domain }} fail; the last good answer is used meanwhile."},
    {"MxfleetDnssecBogus", "critical", "10m", "mxfleet_domain_dnssec_state{state=\"bogus\"} == 1",
     "DNSSEC of {{ $labels.domain }} is bogus",
     "Validating resolvers refuse the answers for {{ $labels.domain }}: senders behind them deliver nothing."},
    {"MxfleetSlowConnect", "warning", "15m",
     "quantile_over_time(0.5, mxfleet_endpoint_phase_duration_seconds{phase=\"connect\"}[30m]) > {slow_connect}",
     "connecting to " MXFLEET_ENDPOINT " takes {{ $value | humanizeDuration }}",
     "The median of half an hour is {{ $value | humanizeDuration }}. Slow is not down: mail is still accepted."},
    {"MxfleetSlowBanner", "warning", "15m",
     "quantile_over_time(0.5, mxfleet_endpoint_phase_duration_seconds{phase=\"banner\"}[30m]) > {slow_banner}",
     "the greeting of " MXFLEET_ENDPOINT " takes {{ $value | humanizeDuration }}",
     "The median of half an hour is {{ $value | humanizeDuration }}; some senders give up before."},
    {"MxfleetStarttlsGone", "warning", "10m", MXFLEET_STARTTLS_GONE, MXFLEET_ENDPOINT " lost STARTTLS",
     "STARTTLS worked at " MXFLEET_ENDPOINT " within a week and does not now."},
    {"MxfleetStarttlsGone", "critical", "10m",
     "(\n"
     "  mxfleet_domain_endpoint_verified{policy=\"dane\"}\n"
     "  or (mxfleet_domain_endpoint_verified{policy=\"mta_sts\"} and " MXFLEET_ENFORCED ")\n"
     ")\n"
     "and on (instance, mx, ip, port) (" MXFLEET_STARTTLS_GONE ")",
     MXFLEET_ENDPOINT " lost STARTTLS, which {{ $labels.domain }} promises",
     "{{ $labels.domain }} has a policy ({{ $labels.policy }}) that forbids senders to deliver without TLS."},
    {"MxfleetCertificateExpiring", "warning", "1h",
     MXFLEET_LEAF_LEFT " < {expiry_warning}\n"
                       "and " MXFLEET_LEAF_LEFT " >= {expiry_critical}\n" MXFLEET_OTHERWISE_GOOD,
     "the certificate of " MXFLEET_ENDPOINT " expires in {{ $value | humanizeDuration }}",
     "The certificate that " MXFLEET_ENDPOINT " sends ends in {{ $value | humanizeDuration }}."},
    {"MxfleetCertificateExpiring", "critical", "1h", MXFLEET_LEAF_LEFT " < {expiry_critical}\n" MXFLEET_OTHERWISE_GOOD,
     "the certificate of " MXFLEET_ENDPOINT " expires or has expired ({{ $value | humanizeDuration }})",
     "Senders that verify stop delivering to " MXFLEET_ENDPOINT " when its certificate ends; a negative time is past."},
    {"MxfleetCertificateInvalid", "warning", "30m",
     "mxfleet_endpoint_tls_check{check!=\"dates\"} == 0\n"
     "unless on (instance, mx, ip, port) mxfleet_domain_endpoint_verified{policy=\"dane\"} == 1",
     "the certificate of " MXFLEET_ENDPOINT " fails: {{ $labels.check }}",
     "The check {{ $labels.check }} fails at " MXFLEET_ENDPOINT ". Opportunistic senders deliver all the same."},
    {"MxfleetCertificateInvalid", "critical", "30m",
     "mxfleet_domain_endpoint_verified{policy=\"mta_sts\"} == 0\nand " MXFLEET_ENFORCED,
     "senders that honour MTA-STS cannot deliver to {{ $labels.domain }} through " MXFLEET_ENDPOINT,
     "The policy of {{ $labels.domain }} is enforce, and the certificate of " MXFLEET_ENDPOINT " does not verify."},
    {"MxfleetDaneMismatch", "critical", "10m", "mxfleet_domain_endpoint_verified{policy=\"dane\"} == 0",
     "no TLSA record matches at " MXFLEET_ENDPOINT,
     "Senders that honour DANE do not deliver mail for {{ $labels.domain }} to " MXFLEET_ENDPOINT "."},
    {"MxfleetDaneLookupFailed", "critical", "15m", "mxfleet_domain_finding{code=\"dane.lookup_failed\"} == 1",
     "TLSA records of an exchange of {{ $labels.domain }} cannot be looked up",
     "For senders that honour DANE that exchange of {{ $labels.domain }} does not exist, although all others reach "
     "it."},
    {"MxfleetMtaStsBroken", "critical", "30m",
     "mxfleet_domain_mta_sts_mode{mode=\"enforce\"} == 1\n"
     "and on (vantage, domain) (\n"
     "  mxfleet_domain_mta_sts_fetch_success == 0\n"
     "  or mxfleet_domain_mta_sts_unmatched_mx > 0\n"
     "  or mxfleet_domain_endpoint_verified{policy=\"mta_sts\"} == 0\n"
     ")",
     "MTA-STS of {{ $labels.domain }} is enforced and broken",
     "The policy cannot be fetched, an exchange does not match it, or a certificate does not verify."},
    {"MxfleetMtaStsHostCertificateExpiring", "warning", "1h",
     "mxfleet_domain_mta_sts_host_certificate_not_after_timestamp_seconds - time() < 14 * 86400",
     "the certificate of mta-sts.{{ $labels.domain }} expires in {{ $value | humanizeDuration }}",
     "When it has expired, senders can fetch no policy of {{ $labels.domain }} any more."},
    {"MxfleetOpenRelayConfirmed", "critical", "0m", "mxfleet_endpoint_relay_state{state=\"open\"} == 1",
     MXFLEET_ENDPOINT " is an open relay",
     "A message that a stranger handed to " MXFLEET_ENDPOINT " arrived elsewhere."},
    {"MxfleetOpenRelaySuspected", "warning", "0m", "mxfleet_endpoint_relay_state{state=\"suspected\"} == 1",
     MXFLEET_ENDPOINT " may be an open relay",
     MXFLEET_ENDPOINT " accepted a recipient that it should refuse to strangers; the report names the form."},
    {"MxfleetOpenRelayUnknownTooLong", "info", "1h",
     "time() - mxfleet_endpoint_relay_last_conclusive_timestamp_seconds > 7 * 86400",
     "whether " MXFLEET_ENDPOINT " relays was last known {{ $value | humanizeDuration }} ago",
     "Relay checks of " MXFLEET_ENDPOINT " have been inconclusive for more than a week."},
    {"MxfleetDnsblListed", "warning", "30m",
     "mxfleet_dnsbl_listed == 1\nand on (instance, zone) mxfleet_dnsbl_zone_usable == 1",
     "{{ $labels.ip }} is listed in {{ $labels.zone }}",
     "The block list {{ $labels.zone }}, which passes its own test, lists {{ $labels.ip }}."},
    {"MxfleetBlockedUs", "warning", "30m", "mxfleet_endpoint_state{state=\"blocked_us\"} == 1",
     MXFLEET_ENDPOINT " refuses us",
     MXFLEET_ENDPOINT " blocks this agent's address. Others may be served well: it is not down."},
    {"MxfleetRateLimited", "warning", "30m", "mxfleet_endpoint_state{state=\"rate_limited\"} == 1",
     MXFLEET_ENDPOINT " asks us to come less often",
     MXFLEET_ENDPOINT " answers 421. We come less often; it is not down."},
    {"MxfleetSiblingsDiffer", "warning", "1h", "mxfleet_mx_siblings_differ > 0",
     "the addresses of {{ $labels.mx }} differ in {{ $labels.aspect }}",
     "Behind {{ $labels.mx }} stand servers that are not set up alike ({{ $labels.aspect }})."},
    {"MxfleetPostmasterRefused", "warning", "0m",
     "{__name__=~\"mxfleet_(domain|endpoint)_finding\", code=\"policy.postmaster_refused\"} == 1",
     "postmaster is refused: {{ $labels.domain }}{{ $labels.mx }}",
     "RFC 5321 §4.5.1 wants mail to postmaster accepted."},
    {"MxfleetNullSenderRefused", "warning", "0m",
     "{__name__=~\"mxfleet_(domain|endpoint)_finding\", code=\"policy.null_sender_refused\"} == 1",
     "bounces are refused: {{ $labels.domain }}{{ $labels.mx }}",
     "MAIL FROM:<> is refused: nobody learns that a message of theirs was not delivered."},
    {"MxfleetAuthBeforeTls", "warning", "1d", "mxfleet_endpoint_finding{code=\"smtp.auth_before_tls\"} == 1",
     MXFLEET_ENDPOINT " offers passwords in the clear", "AUTH with plain passwords is offered before STARTTLS."},
    {"MxfleetLegacyTls", "warning", "1d", "mxfleet_endpoint_finding{code=\"tls.legacy_protocol\"} == 1",
     MXFLEET_ENDPOINT " speaks old TLS only", "The newest protocol of " MXFLEET_ENDPOINT " is older than TLS 1.2."},
    {"MxfleetMiddleboxRewritesSmtp", "warning", "1d", "mxfleet_endpoint_finding{code=\"smtp.middlebox\"} == 1",
     "something rewrites SMTP before " MXFLEET_ENDPOINT,
     "A firewall masks the greeting or EHLO of " MXFLEET_ENDPOINT "."},
    {"MxfleetServiceDown", "critical", "5m", "mxfleet_service_confirmed_up == 0", MXFLEET_SERVICE " is down",
     "Several visits in a row to " MXFLEET_SERVICE " did not get an answer as its protocol demands."},
    {"MxfleetLoginFailing", "critical", "5m", "mxfleet_service_login_success == 0",
     "the login to " MXFLEET_SERVICE " fails",
     "The probe's account cannot log in to " MXFLEET_SERVICE ", or its password was not sent: TLS does not verify."},
    {"MxfleetMailLost", "critical", "5m", "mxfleet_flow_finding{code=\"flow.lost\"} == 1",
     "test mail of flow {{ $labels.flow }} is lost",
     "A server took test mail of flow {{ $labels.flow }}, and it was sent back or is in no folder of the mailbox. "
     "Where each endpoint is tested, mx and ip name the one."},
    {"MxfleetMailLate", "warning", "5m", "mxfleet_flow_finding{code=\"flow.late\"} == 1",
     "test mail of flow {{ $labels.flow }} is late",
     "Test mail of flow {{ $labels.flow }} takes longer than the flow's `late`, or is not there yet after that time."},
    {"MxfleetMailInJunk", "warning", "5m", "mxfleet_flow_finding{code=\"flow.junk\"} == 1",
     "test mail of flow {{ $labels.flow }} lands in the junk folder",
     "Test mail of flow {{ $labels.flow }} arrives, and a filter takes it for spam."},
    {"MxfleetMailRefused", "warning", "5m", "mxfleet_flow_finding{code=\"flow.refused\"} == 1",
     "test mail of flow {{ $labels.flow }} is refused",
     "Test mail of flow {{ $labels.flow }} is answered with 5xx, or with 4xx for as long as it is tried."},
});

#undef MXFLEET_OF_LINKS
#undef MXFLEET_TAGGED
#undef MXFLEET_TAGGED_QUANTILE
#undef MXFLEET_PRIMARY_CONFIRMED_UP
#undef MXFLEET_ENFORCED
#undef MXFLEET_STARTTLS_GONE
#undef MXFLEET_LEAF_LEFT
#undef MXFLEET_OTHERWISE_GOOD
#undef MXFLEET_ENDPOINT
#undef MXFLEET_SERVICE

}  // namespace mxfleet
