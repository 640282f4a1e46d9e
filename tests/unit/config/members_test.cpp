// Each key sets the member of its name: what writing and reading back cannot tell, as both follow one description.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/config/errors_of.hpp"
#include "tests/unit/config/keys_in.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Config& config() {
    static const Config config =
        parse_config(file_text(SOURCE_DIR "/tests/golden/config/every_key.toml"), "every_key").value();
    return config;
}

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

IpNetwork network(std::string_view text) {
    return IpNetwork::parse(text).value();
}

TEST(Members, OfTheAgentAndWhatItServes) {
    const Settings& settings = config().settings;
    EXPECT_EQ(
        settings.agent,
        (AgentSettings{
            .vantage = "fra1", .ehlo = "probe.example.net", .state_directory = "/var/lib/mxfleet", .threads = 3}));
    EXPECT_EQ(settings.web, (WebSettings{.listen = {{ip("127.0.0.1"), 9926}, {ip("::1"), 9925}},
                                         .config_file = "/etc/web.yml",
                                         .allow_check = true}));
    EXPECT_EQ(settings.log, (LogSettings{.level = LogLevel::debug, .format = LogFormat::json}));
    EXPECT_EQ(settings.exporting, (ExportSettings{.endpoint_histograms = true}));
    EXPECT_EQ(settings.alerts, (AlertSettings{.job = "mx \"fleet\"", .slow_connect = 3s, .slow_banner = 20s}));
    EXPECT_EQ(settings.vantage, (VantageSettings{.check_targets = {{"mx.example.net", 26}, {"2001:db8::1", 25}}}));
}

TEST(Members, OfTheSchedule) {
    EXPECT_EQ(config().settings.schedule, (ScheduleSettings{.interval = 4min,
                                                            .retry_interval = 90s,
                                                            .failures_to_confirm = 5,
                                                            .dns_interval = 6min,
                                                            .dns_stale_max = 12h,
                                                            .relay_interval = days{2},
                                                            .policy_interval = days{3},
                                                            .deep_interval = days{3},
                                                            .concurrency = 7,
                                                            .handshakes = 8,
                                                            .per_ip_gap = 9s,
                                                            .per_network_concurrency = 10,
                                                            .shard = {1, 2}}));
}

TEST(Members, OfTheProbers) {
    const Settings& settings = config().settings;
    EXPECT_EQ(settings.dns, (DnsSettings{.resolvers = {{ip("192.0.2.53"), 5353}},
                                         .compare = {{ip("2001:db8::53"), 53}},
                                         .timeout = 1500ms,
                                         .tries = 3,
                                         .trust_ad = TrustAd::never}));
    EXPECT_EQ(settings.smtp, (SmtpSettings{.port = 2525,
                                           .source_ipv4 = ip("192.0.2.1"),
                                           .source_ipv6 = ip("2001:db8::1"),
                                           .ipv4 = false,
                                           .ipv6 = UseIpv6::yes,
                                           .connect_timeout = 11s,
                                           .banner_timeout = 12s,
                                           .banner_slow = 3s,
                                           .command_timeout = 14s,
                                           .tls_timeout = 15s,
                                           .session_timeout = 16s,
                                           .max_endpoints_per_domain = 17,
                                           .max_endpoints = 18}));
    EXPECT_EQ(
        settings.tls,
        (TlsSettings{
            .ca_file = "/ca.pem", .ca_directory = "/ca", .expiry_warning = days{20}, .expiry_critical = days{19}}));
    EXPECT_EQ(settings.targets, (TargetSettings{.allow_networks = {network("127.0.0.0/8"), network("::1")},
                                                .deny_networks = {network("192.0.2.0/24")}}));
    EXPECT_EQ(settings.relay, (RelaySettings{.enabled = false,
                                             .sender = "a@example.net",
                                             .recipient = "b@example.net",
                                             .extended_forms = false,
                                             .confirm = true,
                                             .confirm_mailbox = "box"}));
    EXPECT_EQ(settings.policy, (PolicySettings{.enabled = false}));
    EXPECT_EQ(settings.dnsbl, (DnsblSettings{.zones = {"bl.example.net"}}));
}

TEST(Members, OfDomainsAndDomainFiles) {
    ASSERT_EQ(config().domains.size(), 2u);
    EXPECT_EQ(config().domains[0].name, "a.example");
    EXPECT_EQ(*config().domains[0].policy, (DomainPolicy{.expect = Expect::null,
                                                         .mx = {"mx1.a.example", "mx2.a.example"},
                                                         .ignore = {"rdns.missing", "cert.expired"},
                                                         .tags = {{"region", "eu"}, {"team", "mail \\ post"}},
                                                         .interval = 1min,
                                                         .relay = false,
                                                         .policy = true,
                                                         .port = 26}));
    EXPECT_EQ(*config().domains[1].policy, DomainPolicy{});
    ASSERT_EQ(config().domain_files.size(), 1u);
    EXPECT_EQ(config().domain_files[0].path, "/domains.txt");
    EXPECT_EQ(config().domain_files[0].policy->expect, Expect::mail);
}

TEST(Members, OfServicesFlowsAndCredentials) {
    const Settings& settings = config().settings;
    EXPECT_EQ(
        settings.services,
        (std::vector<ServiceSettings>{
            {.name = "sub", .kind = ServiceKind::submission, .host = "mail.example.com", .credentials = ""},
            {.name = "box", .kind = ServiceKind::pop3s, .host = "192.0.2.9", .port = 1995, .credentials = "user"}}));
    EXPECT_EQ(settings.flows, (std::vector<FlowSettings>{{.name = "in",
                                                          .from = "a@example.net",
                                                          .to = "b@example.com",
                                                          .via = {FlowRoute::Kind::service, "sub"},
                                                          .mailbox = "box",
                                                          .interval = 16min,
                                                          .late = 6min,
                                                          .lost = 2h}}));
    EXPECT_EQ(settings.credentials,
              (std::map<std::string, Credentials>{{"user", {"u", "/secret", ""}}, {"user2", {"u2", "", "SECRET"}}}));
}

TEST(Members, AreOrderedWhereOrderHasNoMeaning) {
    const auto unordered =
        parse_config("[[domain]]\nname = \"a.example\"\nmx = [\"mx2.a.example\", \"mx1.a.example\"]\n", "f");
    EXPECT_EQ(unordered->domains[0].policy->mx, (std::vector<std::string>{"mx1.a.example", "mx2.a.example"}));
}

}  // namespace
}  // namespace mxfleet
