// Which keys there are, where their values live and what rule each follows: the one place that says so. Reading,
// listing and writing a configuration are visitors of these functions ("keys"). Judges nothing by itself.
//
// keys(name, value, rule)            a value with a default
// keys.or_empty(name, value, rule)   "" stands for "not set"
// keys.required(name, value, rule)   must be there
// keys.path(name, value, kind)       a path, relative to the folder of the configuration file
// keys.section / list / named        `[name]`, `[[name]]`, `[name.ANYTHING]`
// keys.refuse(name, reason)          a key that is an error by design
#pragma once

#include <chrono>

#include "config/document.hpp"
#include "config/rules.hpp"

namespace mxfleet {

namespace limits {

using namespace std::chrono_literals;

inline constexpr Range<Duration> interval{100ms, std::chrono::days{7}};
inline constexpr Range<Duration> daily_interval{1s, std::chrono::days{90}};
inline constexpr Range<Duration> timeout{1ms, 10min};
inline constexpr Range<Duration> lifetime{0s, std::chrono::days{3650}};
inline constexpr Range<std::uint16_t> port{1, 65535};

}  // namespace limits

template <class Keys>
void describe(Keys& keys, AgentSettings& agent) {
    keys.or_empty("vantage", agent.vantage, as::line);
    keys.or_empty("ehlo", agent.ehlo, as::domain);
    keys.path("state_directory", agent.state_directory, PathKind::not_looked_at);
    keys("threads", agent.threads, Range{0u, 1024u});
}

template <class Keys>
void describe(Keys& keys, WebSettings& web) {
    keys("listen", web.listen, as::listen_address, Count{1, 16});
    keys.path("config_file", web.config_file, PathKind::file);
    keys("allow_check", web.allow_check);
}

template <class Keys>
void describe(Keys& keys, LogSettings& log) {
    keys("level", log.level, as::log_level);
    keys("format", log.format, as::log_format);
}

template <class Keys>
void describe(Keys& keys, ScheduleSettings& schedule) {
    using namespace std::chrono_literals;
    keys("interval", schedule.interval, limits::interval);
    keys("retry_interval", schedule.retry_interval, limits::interval);
    keys("failures_to_confirm", schedule.failures_to_confirm, Range{1u, 100u});
    keys("dns_interval", schedule.dns_interval, Range<Duration>{1s, 24h});
    keys("dns_stale_max", schedule.dns_stale_max, Range<Duration>{0s, std::chrono::days{30}});
    keys("relay_interval", schedule.relay_interval, limits::daily_interval);
    keys("policy_interval", schedule.policy_interval, limits::daily_interval);
    keys("deep_interval", schedule.deep_interval, limits::daily_interval);
    keys("concurrency", schedule.concurrency, Range{1u, 1'000'000u});
    keys("handshakes", schedule.handshakes, Range{1u, 100'000u});
    keys("per_ip_gap", schedule.per_ip_gap, Range<Duration>{0s, 1h});
    keys("per_network_concurrency", schedule.per_network_concurrency, Range{1u, 100'000u});
    keys.shard("shard", schedule.shard);
}

template <class Keys>
void describe(Keys& keys, DnsSettings& dns) {
    using namespace std::chrono_literals;
    keys("resolvers", dns.resolvers, as::resolver, Count{0, 16});
    keys("compare", dns.compare, as::resolver, Count{0, 16});
    keys("timeout", dns.timeout, Range<Duration>{10ms, 1min});
    keys("tries", dns.tries, Range{1u, 10u});
    keys("trust_ad", dns.trust_ad, as::trust_ad);
}

template <class Keys>
void describe(Keys& keys, SmtpSettings& smtp) {
    using namespace std::chrono_literals;
    keys("port", smtp.port, limits::port);
    keys.or_empty("source_ipv4", smtp.source_ipv4, as::ipv4);
    keys.or_empty("source_ipv6", smtp.source_ipv6, as::ipv6);
    keys("ipv4", smtp.ipv4);
    keys("ipv6", smtp.ipv6, as::use_ipv6);
    keys("connect_timeout", smtp.connect_timeout, limits::timeout);
    keys("banner_timeout", smtp.banner_timeout, limits::timeout);
    keys("banner_slow", smtp.banner_slow, limits::timeout);
    keys("command_timeout", smtp.command_timeout, limits::timeout);
    keys("tls_timeout", smtp.tls_timeout, limits::timeout);
    keys("session_timeout", smtp.session_timeout, Range<Duration>{1ms, 1h});
    keys("max_endpoints_per_domain", smtp.max_endpoints_per_domain, Range{1u, 10'000u});
    keys("max_endpoints", smtp.max_endpoints, Range{1u, 10'000'000u});
}

template <class Keys>
void describe(Keys& keys, TlsSettings& tls) {
    keys.path("ca_file", tls.ca_file, PathKind::file);
    keys.path("ca_directory", tls.ca_directory, PathKind::directory);
    keys("expiry_warning", tls.expiry_warning, limits::lifetime);
    keys("expiry_critical", tls.expiry_critical, limits::lifetime);
}

template <class Keys>
void describe(Keys& keys, TargetSettings& targets) {
    keys("allow_networks", targets.allow_networks, as::network, Count{0, 1000});
    keys("deny_networks", targets.deny_networks, as::network, Count{0, 1000});
}

template <class Keys>
void describe(Keys& keys, RelaySettings& relay) {
    keys("enabled", relay.enabled);
    keys.or_empty("sender", relay.sender, as::mail_address);
    keys.or_empty("recipient", relay.recipient, as::mail_address);
    keys("extended_forms", relay.extended_forms);
    keys("confirm", relay.confirm);
    keys.or_empty("confirm_mailbox", relay.confirm_mailbox, as::identifier);
}

template <class Keys>
void describe(Keys& keys, PolicySettings& policy) {
    keys("enabled", policy.enabled);
}

template <class Keys>
void describe(Keys& keys, DnsblSettings& dnsbl) {
    keys("zones", dnsbl.zones, as::domain, Count{0, 64});
}

template <class Keys>
void describe(Keys& keys, ExportSettings& exporting) {
    keys("endpoint_histograms", exporting.endpoint_histograms);
}

template <class Keys>
void describe(Keys& keys, AlertSettings& alerts) {
    keys("job", alerts.job, as::line);
    keys("slow_connect", alerts.slow_connect, limits::timeout);
    keys("slow_banner", alerts.slow_banner, limits::timeout);
}

template <class Keys>
void describe(Keys& keys, VantageSettings& vantage) {
    keys("check_targets", vantage.check_targets, as::check_target, Count{0, 16});
}

template <class Keys>
void describe(Keys& keys, DomainPolicy& policy) {
    keys("expect", policy.expect, as::expect);
    keys("mx", policy.mx, as::host, Count{0, 256});
    keys("ignore", policy.ignore, as::finding_code, Count{0, finding_table.size()});
    keys.tags("tags", policy.tags, Count{0, 16});
    keys("interval", policy.interval, limits::interval);
    keys("relay", policy.relay);
    keys("policy", policy.policy);
    keys("port", policy.port, limits::port);
}

template <class Keys>
void describe(Keys& keys, DomainEntry& domain) {
    keys.required("name", domain.name, as::domain);
    describe(keys, domain.policy);
}

template <class Keys>
void describe(Keys& keys, DomainFileEntry& file) {
    keys.required_path("path", file.path, PathKind::file);
    describe(keys, file.policy);
}

template <class Keys>
void describe(Keys& keys, ServiceSettings& service) {
    keys.required("name", service.name, as::identifier);
    keys.required("kind", service.kind, as::service_kind);
    keys.required("host", service.host, as::host_or_address);
    keys("port", service.port, limits::port);
    keys.or_empty("credentials", service.credentials, as::identifier);
}

template <class Keys>
void describe(Keys& keys, FlowSettings& flow) {
    using namespace std::chrono_literals;
    keys.required("name", flow.name, as::identifier);
    keys.required("from", flow.from, as::mail_address);
    keys.required("to", flow.to, as::mail_address);
    keys("via", flow.via, as::flow_route);
    keys.required("mailbox", flow.mailbox, as::identifier);
    keys("interval", flow.interval, Range<Duration>{1s, std::chrono::days{7}});
    keys("late", flow.late, Range<Duration>{1s, std::chrono::days{7}});
    keys("lost", flow.lost, Range<Duration>{1s, std::chrono::days{7}});
}

template <class Keys>
void describe(Keys& keys, Credentials& credentials) {
    keys.required("username", credentials.username, as::line);
    keys.path("password_file", credentials.password_file, PathKind::secret);
    keys.or_empty("password_env", credentials.password_env, as::environment_variable);
    keys.refuse("password", "a secret never stands in this file; name a password_file or a password_env");
}

template <class Keys>
void describe(Keys& keys, Document& document) {
    Settings& settings = document.settings;
    keys.section("agent", settings.agent);
    keys.section("web", settings.web);
    keys.section("log", settings.log);
    keys.section("schedule", settings.schedule);
    keys.section("dns", settings.dns);
    keys.section("smtp", settings.smtp);
    keys.section("tls", settings.tls);
    keys.section("targets", settings.targets);
    keys.section("relay", settings.relay);
    keys.section("policy", settings.policy);
    keys.section("dnsbl", settings.dnsbl);
    keys.section("export", settings.exporting);
    keys.section("alerts", settings.alerts);
    keys.section("vantage", settings.vantage);
    keys.list("domain", document.domains, Count{0, 1'000'000});
    keys.list("domain_file", document.domain_files, Count{0, 1000});
    keys.list("service", settings.services, Count{0, 10'000});
    keys.list("flow", settings.flows, Count{0, 10'000});
    keys.named("credentials", settings.credentials, Count{0, 10'000});
}

}  // namespace mxfleet
