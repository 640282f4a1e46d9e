// The report of one domain, as JSON and for a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "agent/show/report_json.hpp"
#include "agent/show/terminal.hpp"
#include "agent/show/text.hpp"
#include "tests/unit/show/golden.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;

Json document(const std::string& domain, Transcripts transcripts = Transcripts::hidden) {
    return report_json(report_of(*small_fleet(), domain), transcripts);
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [key, value] : object.items())
        names.push_back(key);
    return names;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

TEST(ReportJson, Golden) {
    expect_golden("show/report.json", json_text(document("example.com", Transcripts::shown)) + "\n");
}

/// INTERFACE §4: every member is there, whatever is known.
TEST(ReportJson, HasEveryMemberOfTheInterface) {
    const std::vector<std::string> endpoint_members = {"mx",
                                                       "ip",
                                                       "port",
                                                       "state",
                                                       "failure",
                                                       "seconds",
                                                       "clock",
                                                       "greeting",
                                                       "capabilities",
                                                       "capabilities_tls",
                                                       "size_limit_bytes",
                                                       "tls",
                                                       "dane",
                                                       "senders",
                                                       "senders_why",
                                                       "reverse_dns",
                                                       "dnsbl",
                                                       "relay",
                                                       "policy",
                                                       "checked_at",
                                                       "since"};
    for (const char* domain : {"example.com", "gone.example", "new.example", "null.example"}) {
        const Json report = document(domain);
        EXPECT_THAT(keys(report), testing::IsSupersetOf({"schema", "domain", "checked_at", "duration_seconds",
                                                         "verdict", "deliverable", "mx", "mx_changes", "mta_sts",
                                                         "tlsrpt", "senders", "senders_why", "endpoints", "findings"}))
            << domain;
        EXPECT_THAT(keys(report["mx"]),
                    ElementsAre("state", "error", "dnssec", "ttl_seconds", "lookup_seconds", "exchanges"));
        EXPECT_THAT(keys(report["senders"]), ElementsAre("plain", "mta_sts", "dane", "requiretls"));
        for (const Json& endpoint : report["endpoints"]) {
            EXPECT_THAT(keys(endpoint), testing::IsSupersetOf(endpoint_members));
            EXPECT_FALSE(endpoint.contains("transcript")) << "only where asked for";
            EXPECT_THAT(keys(endpoint["seconds"]),
                        testing::UnorderedElementsAre("connect", "banner_first_byte", "banner", "ehlo", "starttls",
                                                      "tls_handshake", "ehlo_tls", "mail", "rcpt", "quit", "total"));
            EXPECT_EQ(keys(endpoint["clock"]), keys(endpoint["seconds"]));
        }
        for (const Json& finding : report["findings"])
            EXPECT_THAT(keys(finding), testing::IsSupersetOf({"code", "severity", "scope", "mx", "ip", "port",
                                                              "summary", "advice", "reference", "since"}));
    }
}

TEST(ReportJson, AbsentKnowledgeIsNull) {
    const Json unseen = document("new.example");
    EXPECT_EQ(unseen["verdict"], "unknown");
    EXPECT_TRUE(unseen["deliverable"].is_null());
    EXPECT_EQ(unseen["mx"]["state"], "unknown");
    EXPECT_TRUE(unseen["mx"]["ttl_seconds"].is_null());
    EXPECT_EQ(unseen["senders"]["plain"], "unknown");
    EXPECT_EQ(unseen["senders_why"]["plain"], "it was not looked up yet");

    const Json null_mx = document("null.example");
    EXPECT_EQ(null_mx["verdict"], "ok");
    EXPECT_TRUE(null_mx["deliverable"].is_null());
    EXPECT_EQ(null_mx["senders_why"]["dane"], "the domain takes no mail");

    const Json down = document("example.com")["endpoints"][1];
    EXPECT_EQ(down["state"], "down");
    EXPECT_TRUE(down["greeting"].is_null());
    EXPECT_TRUE(down["seconds"]["connect"].is_null());
    EXPECT_TRUE(down["clock"]["connect"].is_null());
    EXPECT_EQ(down["failure"]["reason"], "rejected");
    EXPECT_EQ(down["tls"]["starttls"], "ok") << "what slowly changes stays known";
}

TEST(ReportJson, AnEndpointThatNobodyLookedAtIsAllNull) {
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
    const Json endpoint = endpoint_json(status, Transcripts::shown);
    EXPECT_EQ(endpoint["state"], "unknown");
    for (const char* member : {"failure", "greeting", "capabilities", "size_limit_bytes", "tls", "checked_at", "since"})
        EXPECT_TRUE(endpoint[member].is_null()) << member;
    EXPECT_EQ(endpoint["relay"]["state"], "not_tested");
    EXPECT_EQ(endpoint["transcript"], Json::array());
}

TEST(ReportJson, WorstFindingsFirst) {
    const Json findings = document("example.com")["findings"];
    std::vector<std::string> severities;
    for (const Json& each : findings)
        severities.push_back(each["severity"]);
    EXPECT_GE(severities.size(), 3u);
    EXPECT_TRUE(std::ranges::is_sorted(severities, std::ranges::greater{}, [](const std::string& each) {
        return each == "critical" ? 2 : each == "warning" ? 1 : 0;
    }));
}

TEST(ReportJson, DatesAreRfc3339) {
    EXPECT_EQ(date_text(std::chrono::sys_days{std::chrono::year{2026} / 2 / 3} + std::chrono::seconds{3661}),
              "2026-02-03T01:01:01Z");
    EXPECT_EQ(date_text(std::chrono::sys_days{std::chrono::year{1969} / 12 / 31} + std::chrono::seconds{86399}),
              "1969-12-31T23:59:59Z");
    EXPECT_EQ(date_json(small_fleet_time + std::chrono::milliseconds{999}), "2026-11-22T21:00:00Z");
    EXPECT_TRUE(date_json(std::nullopt).is_null());
}

TEST(ReportJson, ADomainInAListNamesEachCodeOnce) {
    const Json item = domain_summary_json(report_of(*small_fleet(), "example.com").view);
    EXPECT_THAT(keys(item),
                ElementsAre("domain", "verdict", "deliverable", "mx_state", "endpoints", "findings", "checked_at"));
    EXPECT_EQ(item["endpoints"], 2);
    std::set<std::string> codes;
    for (const Json& code : item["findings"])
        EXPECT_TRUE(codes.insert(code).second) << code;
}

TEST(Terminal, GoldenPlain) {
    const Report report = report_of(*small_fleet(), "example.com");
    expect_golden("show/terminal.txt", terminal_text(report, {.colour = false, .transcripts = Transcripts::shown}));
}

TEST(Terminal, GoldenColour) {
    const Report report = report_of(*small_fleet(), "example.com");
    expect_golden("show/terminal.colour.txt", terminal_text(report, {.colour = true}));
}

std::string without_colour(std::string text) {
    for (auto at = text.find("\x1b["); at != text.npos; at = text.find("\x1b[", at))
        text.erase(at, text.find('m', at) - at + 1);
    return text;
}

TEST(Terminal, ColourChangesNothingElse) {
    for (const char* domain : {"example.com", "gone.example", "new.example", "null.example"}) {
        const Report report = report_of(*small_fleet(), domain);
        const std::string plain = terminal_text(report, {.colour = false});
        const std::string colour = terminal_text(report, {.colour = true});
        EXPECT_EQ(plain.find('\x1b'), plain.npos);
        EXPECT_NE(colour.find('\x1b'), colour.npos);
        EXPECT_EQ(without_colour(colour), plain);
    }
}

TEST(Terminal, FitsAHundredColumns) {
    for (const char* domain : {"example.com", "gone.example", "new.example", "null.example"}) {
        for (const std::string& line : lines_of(terminal_text(report_of(*small_fleet(), domain), {})))
            EXPECT_LE(columns(line), 100u) << line;
    }
    const std::string one_word(512, 'x');
    const std::string many_words = std::string(200, 'y') + " " + std::string(300, 'z');
    for (const std::string& said : {one_word, many_words}) {
        for (const std::string& line : lines_of(terminal_text(report_with_words(said), {})))
            EXPECT_LE(columns(line), 100u) << line;
    }
}

/// Many long names beside a finding wrap, too.
TEST(Terminal, ManyPlacesFitAHundredColumns) {
    Report report = report_of(*small_fleet(), "example.com");
    for (int at = 0; at < 6; ++at) {
        Finding finding{Statement("cert.expired", "2 days ago"), Scope::endpoint, {}, {}, 25, {}};
        finding.mx = std::string(60, 'm') + std::to_string(at) + ".example.com";
        finding.ip = IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:" + std::to_string(at));
        report.extra.push_back(finding);
    }
    const std::string text = terminal_text(report, {});
    for (const std::string& line : lines_of(text))
        EXPECT_LE(columns(line), 100u) << line;
    EXPECT_NE(text.find("and 2 more"), text.npos);
}

}  // namespace
}  // namespace mxfleet
