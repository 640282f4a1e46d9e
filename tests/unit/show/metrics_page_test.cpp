// The page that is scraped, of a small fleet: both formats as golden files, its rules held against METRICS.
#include "agent/show/metrics_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/show/golden.hpp"
#include "tests/unit/show/page_reader.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

const std::set<std::string> forbidden_labels = {"type",  "region",   "zone",  "env",     "service",
                                                "owner", "customer", "stage", "cluster", "vantage"};

std::vector<PageFamily> text_page() {
    return read_page(page_of(small_fleet(), ExpositionFormat::text));
}

const PageFamily& family(const std::vector<PageFamily>& page, const std::string& name) {
    static const PageFamily none;
    const auto found = std::ranges::find(page, name, &PageFamily::name);
    EXPECT_NE(found, page.end()) << name;
    return found == page.end() ? none : *found;
}

/// The value of the only sample with these labels, if there is one.
std::optional<double> value(const std::vector<PageFamily>& page, const std::string& name,
                            const std::map<std::string, std::string>& labels) {
    const auto has_them = [&](const PageSample& sample) {
        return std::ranges::all_of(labels, [&](const auto& label) {
            const auto found = sample.labels.find(label.first);
            return found != sample.labels.end() && found->second == label.second;
        });
    };
    std::optional<double> only;
    for (const PageSample& sample : family(page, name).samples) {
        if (!has_them(sample)) continue;
        EXPECT_FALSE(only) << name << " has several such series";
        only = sample.value;
    }
    return only;
}

TEST(MetricsPage, GoldenText) {
    expect_golden("show/metrics.txt", page_of(small_fleet(), ExpositionFormat::text));
}

TEST(MetricsPage, GoldenOpenMetrics) {
    const std::string page = page_of(small_fleet(), ExpositionFormat::openmetrics);
    EXPECT_TRUE(page.ends_with("\n# EOF\n"));
    expect_golden("show/metrics.openmetrics.txt", page);
}

TEST(MetricsPage, NamesAndUnitsFollowTheRules) {
    for (const PageFamily& each : text_page()) {
        const std::string& name = each.name;
        EXPECT_EQ(name.ends_with("_total"), each.type == "counter") << name;
        EXPECT_TRUE(each.type != "histogram" || name.ends_with("_seconds")) << name;
        const auto holds = [&](std::string_view part) { return name.find(part) != name.npos; };
        for (const char* timed : {"_duration", "_lag", "_overdue", "_interval", "_timestamp", "_time_"}) {
            EXPECT_TRUE(!holds(timed) || holds("_seconds")) << name << " is a time without its unit";
        }
        for (const char* wrong : {"_ms", "_milliseconds", "_minutes", "_hours", "_days", "_kb", "_percent"})
            EXPECT_FALSE(holds(wrong)) << name << " is in no base unit";
        EXPECT_FALSE(each.help.empty()) << name;
        for (const PageSample& sample : each.samples) {
            EXPECT_TRUE(!name.ends_with("_info") || sample.value == 1) << name << " is always 1";
            EXPECT_TRUE(each.type != "counter" || sample.value >= 0) << name;
        }
    }
}

TEST(MetricsPage, NoLabelClashesWithThoseOfAScrapeTarget) {
    for (const PageFamily& each : text_page()) {
        for (const PageSample& sample : each.samples) {
            for (const auto& [label, text] : sample.labels) {
                const bool is_of_lists = label == "zone" && each.name.starts_with("mxfleet_dnsbl_");  // METRICS says so
                EXPECT_FALSE(forbidden_labels.contains(label) && !is_of_lists)
                    << each.name << " has the label " << label;
            }
        }
    }
}

TEST(MetricsPage, BothFormatsSayTheSame) {
    const auto text = text_page();
    const auto open = read_page(page_of(small_fleet(), ExpositionFormat::openmetrics));
    ASSERT_EQ(text.size(), open.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        EXPECT_EQ(text[at].type, open[at].type);
        ASSERT_EQ(text[at].samples.size(), open[at].samples.size());
        for (std::size_t sample = 0; sample < text[at].samples.size(); ++sample) {
            EXPECT_EQ(text[at].samples[sample].name, open[at].samples[sample].name);
            EXPECT_EQ(text[at].samples[sample].value, open[at].samples[sample].value);
        }
    }
}

/// A state set has one 1, always.
TEST(MetricsPage, StateSetsHaveOneThatHolds) {
    const auto page = text_page();
    for (const char* name : {"mxfleet_domain_verdict", "mxfleet_domain_mx_state", "mxfleet_domain_dnssec_state",
                             "mxfleet_endpoint_state", "mxfleet_endpoint_relay_state"}) {
        std::map<std::string, double> sums;
        for (const PageSample& sample : family(page, name).samples)
            sums[sample.labels.contains("domain") ? sample.labels.at("domain") : sample.labels.at("ip")] +=
                sample.value;
        EXPECT_GE(sums.size(), 2u) << name;
        for (const auto& [target, sum] : sums)
            EXPECT_EQ(sum, 1) << name << " of " << target;
    }
    std::set<std::string> capabilities;
    for (const PageSample& sample : family(page, "mxfleet_endpoint_capability").samples)
        capabilities.insert(sample.labels.at("capability"));
    EXPECT_EQ(capabilities.size(), 16u);
}

TEST(MetricsPage, WhatIsNotKnownHasNoSeries) {
    const auto page = text_page();
    const auto deliverable = [&](const char* domain) {
        return value(page, "mxfleet_domain_deliverable", {{"domain", domain}});
    };
    EXPECT_EQ(deliverable("example.com"), 1);
    EXPECT_EQ(deliverable("gone.example"), 0);
    EXPECT_EQ(deliverable("new.example"), std::nullopt);
    EXPECT_EQ(deliverable("null.example"), std::nullopt);
    const auto plain = [&](const char* domain) {
        return value(page, "mxfleet_domain_sender_class_deliverable", {{"domain", domain}, {"class", "plain"}});
    };
    EXPECT_EQ(plain("example.com"), 1);
    EXPECT_EQ(plain("gone.example"), 0);
    EXPECT_EQ(plain("null.example"), std::nullopt);
    EXPECT_EQ(value(page, "mxfleet_domain_mx_records", {{"domain", "null.example"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_domain_mx_records", {{"domain", "new.example"}}), std::nullopt);
    EXPECT_EQ(value(page, "mxfleet_domain_mx_state", {{"domain", "new.example"}, {"state", "unknown"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_domain_endpoints", {{"domain", "example.com"}, {"state", "up"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_domain_endpoints", {{"domain", "example.com"}, {"state", "down"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_domain_best_preference_endpoints", {{"domain", "example.com"}, {"state", "down"}}),
              0);
}

/// The fleet with a domain's best preference, of all that it has anywhere, and with what is ours of it, set otherwise.
std::vector<PageFamily> page_with(std::uint16_t best_preference, DomainPart part) {
    Fleet fleet = *small_fleet();
    DomainStatus status = *fleet.domains.front()->status.read();
    status.best_preference = best_preference;
    status.part = part;
    fleet.domains = {std::make_shared<DomainCell>(std::move(status))};
    return read_page(page_of(std::make_shared<const Fleet>(fleet), ExpositionFormat::text));
}

constexpr DomainPart some_exchanges{.dns = true, .all_endpoints = false};

TEST(MetricsPage, WhereAgentsShareADomainItsPrimariesAreLinked) {
    const auto links = family(page_with(10, some_exchanges), "mxfleet_domain_primary_endpoint_info").samples;
    ASSERT_EQ(links.size(), 1u) << "the backup is none";
    const std::map<std::string, std::string> labels = {
        {"domain", "example.com"}, {"mx", "mx1.example.com"}, {"ip", "192.0.2.1"}, {"port", "25"}};
    EXPECT_EQ(links.front().labels, labels);
    EXPECT_EQ(links.front().value, 1);
}

TEST(MetricsPage, WhoHasOnlyBackupsLinksNoPrimary) {
    const auto page = page_with(5, some_exchanges);
    EXPECT_EQ(family(page, "mxfleet_domain_endpoint_info").samples.size(), 2u);
    EXPECT_EQ(std::ranges::find(page, "mxfleet_domain_primary_endpoint_info", &PageFamily::name), page.end());
}

/// An agent that has all of a domain counts its primaries: links would be series that tell nothing more.
TEST(MetricsPage, PrimariesAreLinkedOrCountedNeverBoth) {
    const auto is_there = [](const std::vector<PageFamily>& page, const char* name) {
        return std::ranges::find(page, name, &PageFamily::name) != page.end();
    };
    const auto whole = page_with(10, {});
    EXPECT_FALSE(is_there(whole, "mxfleet_domain_primary_endpoint_info"));
    EXPECT_TRUE(is_there(whole, "mxfleet_domain_best_preference_endpoints"));
    const auto shared = page_with(10, some_exchanges);
    EXPECT_TRUE(is_there(shared, "mxfleet_domain_primary_endpoint_info"));
    EXPECT_FALSE(is_there(shared, "mxfleet_domain_best_preference_endpoints"));
}

/// The primaries found no place in a full fleet: nothing is known of them, whatever the backups do.
TEST(MetricsPage, BackupsAreNotCountedForPrimariesThatWereLeftOut) {
    const auto page = page_with(5, {});
    for (const PageSample& sample : family(page, "mxfleet_domain_best_preference_endpoints").samples)
        EXPECT_EQ(sample.value, 0) << sample.labels.at("state");
    EXPECT_EQ(value(page, "mxfleet_domain_endpoints", {{"domain", "example.com"}, {"state", "up"}}), 1);
}

/// While our own vantage fails, `up` and `deliverable` are left out and findings stay (CHECKS §0).
TEST(MetricsPage, AnEndpointThatIsHeldBackIsNeitherUpNorDown) {
    Fleet held = *small_fleet();
    for (auto& cell : held.endpoints)
        cell = std::make_shared<EndpointCell>(with_vantage(*cell->status.read(), true));
    const auto page = read_page(page_of(std::make_shared<const Fleet>(held), ExpositionFormat::text));
    for (const char* name : {"mxfleet_endpoint_up", "mxfleet_endpoint_confirmed_up"})
        EXPECT_EQ(std::ranges::find(page, name, &PageFamily::name), page.end()) << name;
    EXPECT_EQ(value(page, "mxfleet_endpoint_state", {{"ip", "192.0.2.1"}, {"state", "unknown"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_endpoint_finding", {{"code", "smtp.banner_rejected"}}), 1);
}

TEST(MetricsPage, ChecksOfOurOwnPlaceAreThereWhereTheyAreMade) {
    Fleet fleet;
    fleet.vantage = {{VantageCheck::egress_ipv6, false}};
    const auto page = read_page(page_of(std::make_shared<const Fleet>(fleet), ExpositionFormat::text));
    EXPECT_EQ(family(page, "mxfleet_vantage_check_success").samples.size(), 1u);
    EXPECT_EQ(value(page, "mxfleet_vantage_check_success", {{"check", "egress_ipv6"}}), 0);
}

/// Buckets add up, as PromQL wants them; without the setting there is no such series.
TEST(MetricsPage, LatenciesAreHistogramsWhereTheyAreCounted) {
    const auto page = text_page();
    const auto part = [&](const char* suffix, std::map<std::string, std::string> labels) -> std::optional<double> {
        labels.insert({{"ip", "192.0.2.1"}, {"phase", "connect"}});
        for (const PageSample& sample : family(page, "mxfleet_endpoint_latency_seconds").samples) {
            const bool has_them = std::ranges::all_of(labels, [&](const auto& label) {
                return sample.labels.contains(label.first) && sample.labels.at(label.first) == label.second;
            });
            if (sample.name.ends_with(suffix) && has_them) return sample.value;
        }
        return std::nullopt;
    };
    EXPECT_EQ(part("_bucket", {{"le", "0.005"}}), 0);
    EXPECT_EQ(part("_bucket", {{"le", "0.01"}}), 1) << "a bound belongs to its bucket";
    EXPECT_EQ(part("_bucket", {{"le", "+Inf"}}), 1);
    EXPECT_EQ(part("_count", {}), 1);
    EXPECT_EQ(part("_sum", {}), 0.01);

    Fleet off = *small_fleet();
    for (auto& cell : off.endpoints) {
        EndpointStatus status = *cell->status.read();
        status.latencies.reset();
        cell = std::make_shared<EndpointCell>(std::move(status));
    }
    const auto without = read_page(page_of(std::make_shared<const Fleet>(off), ExpositionFormat::text));
    EXPECT_EQ(std::ranges::find(without, "mxfleet_endpoint_latency_seconds", &PageFamily::name), without.end());
}

TEST(MetricsPage, StarttlsAndConfirmationTellWhatTheyMust) {
    const auto page = text_page();
    EXPECT_EQ(value(page, "mxfleet_endpoint_up", {{"ip", "192.0.2.1"}}), 1);
    EXPECT_EQ(value(page, "mxfleet_endpoint_up", {{"ip", "2001:db8::2"}}), 0);
    EXPECT_EQ(value(page, "mxfleet_endpoint_confirmed_up", {{"ip", "2001:db8::2"}}), 0);
    EXPECT_EQ(value(page, "mxfleet_endpoint_consecutive_failures", {{"ip", "2001:db8::2"}}), 2);
    EXPECT_EQ(value(page, "mxfleet_endpoint_greeting_code", {{"ip", "2001:db8::2"}}), 0);
    EXPECT_EQ(value(page, "mxfleet_endpoint_starttls_success", {{"ip", "2001:db8::2"}}), 1)
        << "of the last that was up";
    const std::map<std::string, std::string> rejected = {
        {"ip", "2001:db8::2"}, {"phase", "banner"}, {"reason", "rejected"}};
    EXPECT_EQ(value(page, "mxfleet_endpoint_failures_total", rejected), 2);
}

TEST(MetricsPage, CountersExistAtZeroFromTheStart) {
    AgentMetrics metrics(1, 4);
    metrics.expect_handler("sd");
    metrics.expect_resolver("192.0.2.53:53");
    MetricsPage page(metrics, std::make_shared<const Fleet>(), ExpositionFormat::text);
    std::string text;
    while (page.next(text)) {
    }
    const auto families = read_page(text);
    EXPECT_EQ(value(families, "mxfleet_shard_index", {}), 1);
    EXPECT_EQ(value(families, "mxfleet_shards", {}), 4);
    EXPECT_EQ(family(families, "mxfleet_probes_total").samples.size(), 8u * 3u);
    EXPECT_EQ(family(families, "mxfleet_targets_dropped_total").samples.size(), 3u);
    EXPECT_EQ(family(families, "mxfleet_probe_deferred_total").samples.size(), 4u);
    EXPECT_EQ(value(families, "mxfleet_probes_in_flight", {{"kind", "session"}}), 0);
    EXPECT_EQ(value(families, "mxfleet_http_requests_total", {{"handler", "sd"}, {"code", "200"}}), 0);
    EXPECT_EQ(family(families, "mxfleet_dns_queries_total").samples.size(), 6u * 8u);
    EXPECT_EQ(value(families, "mxfleet_dns_queries_total",
                    {{"resolver", "192.0.2.53:53"}, {"qtype", "AAAA"}, {"outcome", "timeout"}}),
              0);
}

TEST(MetricsPage, ALargePageComesInPieces) {
    Fleet large = *small_fleet();
    const EndpointStatus status = *large.endpoints.front()->status.read();
    for (int at = 0; at < 500; ++at) {
        EndpointStatus one = status;
        one.key.mx = "mx" + std::to_string(at) + ".example.net";
        large.endpoints.push_back(std::make_shared<EndpointCell>(std::move(one)));
    }
    AgentMetrics metrics(0, 1);
    MetricsPage page(metrics, std::make_shared<const Fleet>(large), ExpositionFormat::text);
    std::string all;
    std::size_t pieces = 0;
    for (bool more = true; more; ++pieces) {
        std::string piece;
        more = page.next(piece);
        EXPECT_LT(piece.size(), 64u * 1024);
        all += piece;
    }
    EXPECT_GT(pieces, 10u);
    EXPECT_EQ(family(read_page(all), "mxfleet_endpoint_up").samples.size(), 503u);
}

}  // namespace
}  // namespace mxfleet
