// What changed lately, and what of it is told.
#include "agent/show/changes.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

class ChangesTest : public testing::Test {
protected:
    static DomainStatus domain(const char* name, Verdict verdict, std::vector<const char*> codes = {}) {
        DomainStatus status = first_status(name, std::make_shared<const DomainPolicy>(), {});
        status.judgement.verdict = verdict;
        for (const char* const code : codes) {
            status.judgement.findings.push_back(
                {Statement(*FindingCode::find(code), Severity::critical, "seen"), Scope::domain, {}, {}, 0, {}});
        }
        return status;
    }

    static EndpointStatus endpoint(EndpointState state, std::vector<const char*> codes = {}) {
        EndpointStatus status;
        status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
        status.state = state;
        status.checked_at = WallTime{std::chrono::seconds{1'000}};
        for (const char* const code : codes)
            status.findings.push_back({Statement(*FindingCode::find(code), Severity::warning, "seen"), {}});
        return status;
    }

    Json items(const ChangesQuery& query = {}) const { return changes.json(query)["items"]; }

    WallTime at{std::chrono::seconds{1'700'000'000}};
    Changes changes;
};

TEST_F(ChangesTest, TellsWhatADomainWasAndIsAndWhatCameAndWent) {
    changes.domain_changed(domain("example.com", Verdict::warning, {"dns.mx_is_cname", "dns.lookup_failed"}),
                           domain("example.com", Verdict::critical, {"dns.lookup_failed", "mail.undeliverable"}), at);
    EXPECT_EQ(items()[0], Json::parse(R"({"at": "2023-11-14T22:13:20Z", "domain": "example.com", "mx": null,
        "ip": null, "port": null, "was": "warning", "is": "critical", "came": ["mail.undeliverable"],
        "went": ["dns.mx_is_cname"]})"));
}

TEST_F(ChangesTest, TellsWhatAnEndpointWasAndIs) {
    changes.endpoint_changed(endpoint(EndpointState::up), endpoint(EndpointState::down, {"smtp.connect_refused"}), at);
    EXPECT_EQ(items()[0], Json::parse(R"({"at": "2023-11-14T22:13:20Z", "domain": null, "mx": "mx.example.com",
        "ip": "192.0.2.1", "port": 25, "was": "up", "is": "down", "came": ["smtp.connect_refused"], "went": []})"));
}

TEST_F(ChangesTest, WhatIsLearnedFirstIsNone) {
    EndpointStatus before = endpoint(EndpointState::unknown);
    before.checked_at = {};
    changes.endpoint_changed(before, endpoint(EndpointState::up), at);
    changes.domain_changed(domain("example.com", Verdict::unknown), domain("example.com", Verdict::ok), at);
    EXPECT_EQ(items().size(), 0u);
}

TEST_F(ChangesTest, ASessionByItselfIsNone) {
    changes.endpoint_changed(endpoint(EndpointState::up), endpoint(EndpointState::rate_limited), at);
    EXPECT_EQ(items().size(), 0u);
}

TEST_F(ChangesTest, WhatWasKnownOnceIsNewsWhenItIsKnownAgain) {
    const auto known = domain("example.com", Verdict::ok);
    const auto unknown = domain("example.com", Verdict::unknown);
    changes.domain_changed(known, unknown, at);
    changes.domain_changed(unknown, known, at);
    changes.domain_changed(unknown, known, at);  // of another agent's making: it was not unknown to us
    EXPECT_EQ(items().size(), 2u);
}

TEST_F(ChangesTest, TheSameIsNone) {
    changes.endpoint_changed(endpoint(EndpointState::up, {"cert.expired"}),
                             endpoint(EndpointState::up, {"cert.expired"}), at);
    changes.domain_changed(domain("example.com", Verdict::ok), domain("example.com", Verdict::ok), at);
    EXPECT_EQ(items().size(), 0u);
}

TEST_F(ChangesTest, TheLatestComeFirstPageByPage) {
    const std::vector<const char*> names = {"a.test", "b.test", "c.test"};
    for (const char* const name : names)
        changes.domain_changed(domain(name, Verdict::ok), domain(name, Verdict::warning), at);
    const Json first = changes.json({.names = {}, .before = {}, .limit = 2});
    EXPECT_EQ(first["items"][0]["domain"], "c.test");
    EXPECT_EQ(first["next"], "2");
    const Json second = changes.json({.names = {}, .before = 2, .limit = 2});
    EXPECT_EQ(second["items"][0]["domain"], "a.test");
    EXPECT_EQ(second["next"], nullptr);
}

TEST_F(ChangesTest, ThoseOfSomeNamesOnly) {
    changes.domain_changed(domain("a.test", Verdict::ok), domain("a.test", Verdict::warning), at);
    changes.endpoint_changed(endpoint(EndpointState::up), endpoint(EndpointState::down, {"smtp.no_route"}), at);
    const Json found = items({.names = {"mx.example.com"}, .before = {}});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0]["is"], "down");
}

TEST_F(ChangesTest, NoMoreAreKeptThanThat) {
    for (std::size_t at_all = 0; at_all < Changes::kept + 5; ++at_all)
        changes.domain_changed(domain("a.test", Verdict::ok), domain("a.test", Verdict::warning), at);
    EXPECT_EQ(items({.names = {}, .before = {}, .limit = 2 * Changes::kept}).size(), Changes::kept);
}

}  // namespace
}  // namespace mxfleet
