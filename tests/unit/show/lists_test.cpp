// The lists of the API, and /probe, over a small fleet.
#include "agent/show/lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/show/probe_page.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> column(const Json& list, const char* key) {
    std::vector<std::string> all;
    for (const Json& item : list["items"])
        all.push_back(item[key].is_null() ? "-" : item[key].get<std::string>());
    return all;
}

/// All items, fetched in pages of that size.
Json in_pages(Json (*made_by)(const Fleet&, const ListQuery&), ListQuery query, std::size_t size) {
    Json all = Json::array();
    query.limit = size;
    for (int pages = 0; pages < 100; ++pages) {
        const Json page = made_by(*small_fleet(), query);
        EXPECT_LE(page["items"].size(), size);
        all.insert(all.end(), page["items"].begin(), page["items"].end());
        if (page["next"].is_null()) break;
        query.after = page["next"];
    }
    return all;
}

/// Whatever the pages' size, each item comes once, and in the same order.
TEST(Lists, PagesJoinToTheWhole) {
    for (const auto made_by : {domains_json, findings_json, endpoints_json}) {
        for (const ListOrder order : {ListOrder::name, ListOrder::worst}) {
            const ListQuery query{.order = order};
            const Json whole = made_by(*small_fleet(), query)["items"];
            ASSERT_GE(whole.size(), 2u);
            for (std::size_t size = 1; size <= 3; ++size)
                EXPECT_EQ(in_pages(made_by, query, size), whole) << size;
        }
    }
}

TEST(Lists, TheWorstDomainsComeFirst) {
    const Json list = domains_json(*small_fleet(), {.order = ListOrder::worst});
    EXPECT_THAT(column(list, "verdict"), ElementsAre("critical", "unknown", "warning", "warning", "ok"));
    EXPECT_THAT(column(list, "domain"),
                ElementsAre("gone.example", "new.example", "example.com", "shared.example", "null.example"));
}

/// Between two pages a domain may have become worse, or have gone: the rest still comes, and nothing twice.
TEST(Lists, APageBeginsBehindADomainThatHasGone) {
    const Json list = domains_json(*small_fleet(), {.after = "warning/m.example", .order = ListOrder::worst});
    EXPECT_THAT(column(list, "domain"), ElementsAre("shared.example", "null.example"));
    EXPECT_THAT(column(findings_json(*small_fleet(), {.after = "zzz/1"}), "code"), ElementsAre());
    EXPECT_THAT(column(endpoints_json(*small_fleet(), {.after = "nonsense"}), "mx"), ElementsAre());
}

TEST(Lists, DomainsAreFoundByNameExchangeAndAddress) {
    const auto found = [](const char* part) { return column(domains_json(*small_fleet(), {.part = part}), "domain"); };
    EXPECT_THAT(found("gone."), ElementsAre("gone.example"));
    EXPECT_THAT(found("mx2.example"), ElementsAre("example.com", "shared.example"));
    EXPECT_THAT(found("2001:db8"), ElementsAre("example.com", "shared.example"));
    EXPECT_THAT(found("198.51"), ElementsAre());
}

TEST(Lists, FindingsNameTheirDomain) {
    const Json list = findings_json(*small_fleet(), {.code = FindingCode("dns.domain_not_found")});
    EXPECT_THAT(column(list, "domain"), ElementsAre("gone.example"));
    const Json own = findings_json(*small_fleet(), {.code = FindingCode("vantage.no_ipv6")});
    EXPECT_THAT(column(own, "domain"), ElementsAre("-"));
    EXPECT_THAT(column(own, "scope"), ElementsAre("agent"));
}

TEST(Lists, FindingsPassByWhatTheyComeTo) {
    for (const Verdict verdict : {Verdict::warning, Verdict::critical}) {
        const auto severities = column(findings_json(*small_fleet(), {.verdict = verdict}), "severity");
        EXPECT_THAT(severities, testing::Each(std::string(name(verdict))));
        EXPECT_FALSE(severities.empty());
    }
    EXPECT_EQ(column(findings_json(*small_fleet(), {.part = "2001:db8::2"}), "ip"),
              column(findings_json(*small_fleet(), {.part = "mx2."}), "ip"));
}

TEST(Lists, EndpointsAreThoseOfAReportWithVerdictAndCodes) {
    const Json list = endpoints_json(*small_fleet(), {});
    EXPECT_THAT(column(list, "mx"), ElementsAre("mx1.example.com", "mx1.example.com", "mx2.example.com"));
    EXPECT_THAT(column(list, "state"), ElementsAre("up", "up", "down"));
    EXPECT_EQ(list["items"][2]["verdict"], "warning");
    EXPECT_FALSE(list["items"][2]["findings"].empty());
    EXPECT_FALSE(list["items"][0].contains("transcript"));
    EXPECT_THAT(column(endpoints_json(*small_fleet(), {.state = EndpointState::down}), "mx"),
                ElementsAre("mx2.example.com"));
    EXPECT_THAT(
        column(endpoints_json(*small_fleet(), {.verdict = Verdict::warning, .state = EndpointState::down}), "mx"),
        ElementsAre("mx2.example.com"));
}

TEST(Lists, AGlanceCountsEachDomainOnce) {
    const Json glance = fleet_json(*small_fleet());
    EXPECT_EQ(glance["domains"], Json({{"critical", 1}, {"unknown", 1}, {"warning", 2}, {"ok", 1}}));
    EXPECT_EQ(glance["endpoints"]["up"], 2);
    EXPECT_EQ(glance["endpoints"]["down"], 1);
    for (const Json& each : glance["codes"])
        EXPECT_LE(each["domains"], 2) << each;
    EXPECT_EQ(glance["codes"][0]["severity"], "critical");
    EXPECT_EQ(glance["agent_findings"][0]["code"], "vantage.no_ipv6");
}

std::string probed(const std::string& domain, ExpositionFormat format = ExpositionFormat::text) {
    const auto fleet = small_fleet();
    const auto found = std::ranges::find(fleet->domains, domain, [](const auto& cell) { return cell->name.text(); });
    return probe_page(**found, format);
}

TEST(ProbePage, HasTheSeriesThatBlackboxDashboardsRead) {
    const std::string page = probed("example.com");
    EXPECT_THAT(page, HasSubstr("\nprobe_success 1\n"));
    EXPECT_THAT(page, HasSubstr("\nprobe_duration_seconds 10.004\n"));
    EXPECT_THAT(page, HasSubstr("\nprobe_ssl_earliest_cert_expiry 1796428800\n"));
    EXPECT_THAT(page, HasSubstr("\nprobe_tls_version_info{version=\"TLS 1.3\"} 1\n"));
}

TEST(ProbePage, HasTheDomainsSeriesAndItsEndpoints) {
    const std::string page = probed("example.com", ExpositionFormat::openmetrics);
    EXPECT_THAT(page, HasSubstr("\nmxfleet_domain_deliverable{domain=\"example.com\"} 1\n"));
    EXPECT_THAT(page, HasSubstr("\nmxfleet_endpoint_up{mx=\"mx2.example.com\",ip=\"2001:db8::2\",port=\"25\"} 0\n"));
    EXPECT_THAT(page, Not(HasSubstr("domain=\"gone.example\"")));
    EXPECT_TRUE(page.ends_with("# EOF\n"));
}

/// Null MX is what its owner wants; of a domain that was not looked at nothing is made up.
TEST(ProbePage, SuccessIsAbsentWhileUnknown) {
    EXPECT_THAT(probed("null.example"), HasSubstr("\nprobe_success 1\n"));
    EXPECT_THAT(probed("gone.example"), HasSubstr("\nprobe_success 0\n"));
    EXPECT_THAT(probed("new.example"), Not(HasSubstr("probe_success")));
}

}  // namespace
}  // namespace mxfleet
