#include "agent/show/metrics_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "tests/unit/show/synthetic_fleet.hpp"

namespace mxfleet {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

using Lines = std::vector<std::string>;

class PageParts : public testing::Test {
protected:
    PageParts() : fleet(std::make_shared<Fleet>(*synthetic_fleet(200))) {
        fleet->agent_findings.push_back({Statement("vantage.egress_blocked", "test"), Scope::agent, {}, {}, 0, {}});
        for (std::size_t at = 0; at < fleet->domains.size(); at += 2)
            share(*fleet->domains[at]);
    }

    /// With other agents, which own further exchanges of the domain.
    static void share(DomainCell& cell) {
        DomainStatus status = *cell.status.read();
        status.part.all_endpoints = false;
        cell.status.publish(std::make_shared<const DomainStatus>(std::move(status)));
    }

    std::string page(PagePart part = {}, ExpositionFormat format = ExpositionFormat::text) const {
        MetricsPage made(agent, fleet, format, part);
        std::string text;
        while (made.next(text)) {
        }
        return text;
    }

    /// Without the process's own, which change from page to page.
    Lines series(PagePart part = {}) const {
        std::istringstream text(page(part));
        Lines lines;
        for (std::string line; std::getline(text, line);) {
            if (!line.starts_with("#") && !line.starts_with("process_")) lines.push_back(line);
        }
        return lines;
    }

    const AgentMetrics agent{0, 1};
    std::shared_ptr<Fleet> fleet;
};

std::string name_of(const std::string& series) {
    return series.substr(0, series.find_first_of("{ "));
}

std::string label_of(const std::string& series, const std::string& label) {
    const std::size_t at = series.find(label + "=\"");
    if (at == series.npos) return {};
    const std::size_t begin = at + label.size() + 2;
    return series.substr(begin, series.find('"', begin) - begin);
}

std::set<std::string> names_of(const Lines& lines) {
    std::set<std::string> names;
    for (const std::string& line : lines)
        names.insert(name_of(line));
    return names;
}

TEST_F(PageParts, TheShardsTogetherAreTheWholePage) {
    const Lines whole = series();
    ASSERT_EQ(std::set<std::string>(whole.begin(), whole.end()).size(), whole.size()) << "a series is there twice";
    for (const std::uint32_t count : {1u, 2u, 3u, 16u, 1000u}) {
        Lines all;
        for (std::uint32_t index = 0; index < count; ++index)
            std::ranges::copy(series({{index, count}, Detail::full}), std::back_inserter(all));
        ASSERT_EQ(all.size(), whole.size()) << count << " shards";
        std::ranges::sort(all);
        Lines sorted = whole;
        std::ranges::sort(sorted);
        EXPECT_TRUE(all == sorted) << count << " shards";
    }
}

TEST_F(PageParts, ShardsAreAboutEqual) {
    const std::size_t whole = series().size();
    for (std::uint32_t index = 0; index < 4; ++index) {
        const std::size_t size = series({{index, 4}, Detail::full}).size();
        EXPECT_GT(size, whole / 8) << index;
        EXPECT_LT(size, whole / 2) << index;
    }
}

TEST_F(PageParts, AShardIsInTheOrderOfThePage) {
    const Lines whole = series();
    const Lines part = series({{1, 3}, Detail::full});
    auto at = whole.begin();
    for (const std::string& line : part) {
        at = std::find(at, whole.end(), line);
        ASSERT_NE(at, whole.end()) << line;
    }
}

TEST_F(PageParts, WhatIsAboutAnExchangeIsInOneShard) {
    std::map<std::string, std::uint32_t> shard_of;
    for (std::uint32_t index = 0; index < 5; ++index) {
        for (const std::string& line : series({{index, 5}, Detail::full})) {
            const std::string exchange = label_of(line, "mx");
            if (exchange.empty()) continue;
            EXPECT_EQ(shard_of.try_emplace(exchange, index).first->second, index) << line;
        }
    }
    EXPECT_EQ(shard_of.size(), 100u);
}

TEST_F(PageParts, TheAgentsOwnSeriesAreInShard0Only) {
    const std::string first = page({{0, 2}, Detail::full});
    EXPECT_THAT(first, testing::HasSubstr("\nmxfleet_build_info{"));
    EXPECT_THAT(first, testing::HasSubstr("\nprocess_start_time_seconds "));
    EXPECT_THAT(first, testing::HasSubstr("\nmxfleet_agent_finding{code=\"vantage.egress_blocked\","));
    std::istringstream second(page({{1, 2}, Detail::full}));
    for (std::string line; std::getline(second, line);) {
        if (line.starts_with("#")) continue;
        EXPECT_TRUE(line.starts_with("mxfleet_domain_") || line.starts_with("mxfleet_endpoint_")) << line;
    }
}

TEST_F(PageParts, CoreHasTheFamiliesOfTheRulesAndNoOther) {
    std::set<std::string> fleet_names;
    for (const std::string& each : names_of(series({{}, Detail::core}))) {
        if (each.starts_with("mxfleet_domain_") || each.starts_with("mxfleet_endpoint_")) fleet_names.insert(each);
    }
    EXPECT_THAT(fleet_names, UnorderedElementsAreArray({
                                 "mxfleet_domain_info",
                                 "mxfleet_domain_deliverable",
                                 "mxfleet_domain_sender_class_deliverable",
                                 "mxfleet_domain_verdict",
                                 "mxfleet_domain_mx_state",
                                 "mxfleet_domain_mx_changes_total",
                                 "mxfleet_domain_dnssec_state",
                                 "mxfleet_domain_endpoints",
                                 "mxfleet_domain_best_preference_endpoints",
                                 "mxfleet_domain_endpoint_info",
                                 "mxfleet_domain_primary_endpoint_info",
                                 "mxfleet_domain_finding",
                                 "mxfleet_endpoint_up",
                                 "mxfleet_endpoint_confirmed_up",
                                 "mxfleet_endpoint_state",
                                 "mxfleet_endpoint_phase_duration_seconds",
                                 "mxfleet_endpoint_last_probe_timestamp_seconds",
                                 "mxfleet_endpoint_probe_interval_seconds",
                                 "mxfleet_endpoint_starttls_success",
                                 "mxfleet_endpoint_tls_info",
                                 "mxfleet_endpoint_tls_check",
                                 "mxfleet_endpoint_tls_verified",
                                 "mxfleet_endpoint_tls_certificate_not_after_timestamp_seconds",
                                 "mxfleet_endpoint_relay_state",
                                 "mxfleet_endpoint_finding",
                             }));
}

TEST_F(PageParts, CoreAndShardGoTogether) {
    const Lines core = series({{}, Detail::core});
    const Lines shard = series({{1, 3}, Detail::full});
    Lines both;
    for (const std::string& line : core) {
        if (std::ranges::find(shard, line) != shard.end()) both.push_back(line);
    }
    EXPECT_THAT(both, Not(IsEmpty()));
    EXPECT_EQ(series({{1, 3}, Detail::core}), both);
}

TEST_F(PageParts, PiecesAreSmallAndMakeUpThePage) {
    MetricsPage made(agent, fleet, ExpositionFormat::text);
    std::string together;
    std::string piece;
    bool has_more = true;
    for (int pieces = 0; has_more; ++pieces) {
        ASSERT_LT(pieces, 1000);
        piece.clear();
        has_more = made.next(piece);
        EXPECT_LE(piece.size(), std::size_t{64} * 1024);
        EXPECT_TRUE(!has_more || piece.size() >= std::size_t{16} * 1024) << piece.size();
        together += piece;
    }
    EXPECT_GT(together.size(), 1'000'000u);
    EXPECT_EQ(std::ranges::count(together, '\n'), std::ranges::count(page(), '\n'));
}

TEST_F(PageParts, OpenMetricsEndsOnceInEveryShard) {
    for (std::uint32_t index = 0; index < 3; ++index) {
        const std::string text = page({{index, 3}, Detail::full}, ExpositionFormat::openmetrics);
        EXPECT_EQ(text.find("# EOF\n"), text.size() - 6) << index;
    }
}

TEST_F(PageParts, AnEmptyFleetHasNoFamilies) {
    fleet = std::make_shared<Fleet>();
    EXPECT_THAT(series(), Not(IsEmpty()));
    EXPECT_EQ(page({{1, 2}, Detail::full}), "");
}

}  // namespace
}  // namespace mxfleet
