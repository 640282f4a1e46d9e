// What the routes answer, asked directly: an agent with a few domains and no resolver, no socket in between.
#include "agent/service/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "agent/service/telemetry.hpp"
#include "agent/show/log.hpp"
#include "agent/show/report_json.hpp"
#include "agent/web/router.hpp"
#include "agent/web/target.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Settings offline() {
    Settings settings;
    settings.agent.threads = 1;
    return settings;
}

std::vector<Domain> domains() {
    std::vector<Domain> all;
    for (const char* name : {"c.example", "a.example", "b.example", "xn--mnchen-3ya.example"})
        all.push_back({name, std::make_shared<const DomainPolicy>()});
    return all;
}

template <class Condition>
bool wait_for(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

std::string body_of(HttpResponse& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) return **shared;
    std::string all;
    auto& producer = std::get<BodyProducer>(response.body);
    while (producer(all)) {
    }
    return all;
}

class Routes : public testing::Test {
protected:
    static void SetUpTestSuite() { configure_log({.level = LogLevel::error}); }

    struct Answer {
        int status = 0;
        std::string type;
        std::string body;
        std::vector<HttpField> fields;
    };

    Answer ask(const std::string& target, Method method = Method::get, std::vector<HttpField> fields = {}) {
        const auto parsed = parse_target(target);
        EXPECT_TRUE(parsed) << target;
        HttpRequest request;
        request.method = method;
        request.path = parsed->path;
        request.last_segment = parsed->last_segment;
        request.query = parsed->query;
        request.fields = std::move(fields);
        const auto route = router.find(request);
        if (!route) return {route.error().response.status, {}, {}, {}};
        HttpResponse response = (*route)->handler(request);
        return {response.status, response.content_type, body_of(response), response.fields};
    }

    Json document(const std::string& target) { return Json::parse(ask(target).body); }

    std::vector<std::string> names(const Json& list) {
        std::vector<std::string> all;
        for (const Json& item : list["items"])
            all.push_back(item["domain"]);
        return all;
    }

    void watch() {
        agent.watch(domains());
        ASSERT_TRUE(wait_for([&] {
            const auto fleet = agent.fleet().read();
            return fleet->domains.size() == 4 && std::ranges::all_of(fleet->domains, [](const auto& cell) {
                       return cell->status.read()->checked_at.has_value();
                   });
        }));
    }

    AgentMetrics metrics{0, 1};
    Telemetry telemetry{metrics};
    Agent agent{offline(), *load_trust_store({}), telemetry};
    Settings settings;
    std::expected<void, std::vector<std::string>> reloaded;
    RouteSubjects subjects{agent,
                           metrics,
                           telemetry.changes(),
                           [this] { return settings; },
                           [] { return std::string("[agent]\n"); },
                           [this] { return reloaded; }};
    Router router{make_routes(subjects)};
};

TEST_F(Routes, ContentTypesCarryVersionAndCharset) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"/", "text/html; charset=utf-8"},
        {"/metrics", "text/plain; version=0.0.4; charset=utf-8"},
        {"/config", "application/toml; charset=utf-8"},
        {"/api/v1/domains", "application/json; charset=utf-8"},
        {"/api/v1/changes", "application/json; charset=utf-8"},
        {"/-/healthy", "text/plain; charset=utf-8"},
    };
    for (const auto& [path, type] : rows) {
        EXPECT_EQ(ask(path).status, 200) << path;
        EXPECT_EQ(ask(path).type, type) << path;
    }
}

TEST_F(Routes, MetricsAreOpenMetricsWhereAsked) {
    const Answer open = ask("/metrics", Method::get, {{"accept", "application/openmetrics-text; version=1.0.0"}});
    EXPECT_EQ(open.type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_TRUE(open.body.ends_with("# EOF\n"));
    EXPECT_THAT(open.fields, ElementsAre(HttpField{"Vary", "Accept, Accept-Encoding"}));
    EXPECT_THAT(ask("/metrics").body, HasSubstr("\nmxfleet_scheduler_oldest_overdue_seconds 0\n"));
}

TEST_F(Routes, ReadyOnceEveryDomainWasLookedAt) {
    EXPECT_EQ(ask("/-/ready").status, 503) << "nobody has said yet whom to watch";
    watch();
    EXPECT_TRUE(wait_for([&] { return ask("/-/ready").status == 200; }));
}

TEST_F(Routes, ListsDomainsByNameInPages) {
    watch();
    EXPECT_THAT(names(document("/api/v1/domains")),
                ElementsAre("a.example", "b.example", "c.example", "xn--mnchen-3ya.example"));
    EXPECT_TRUE(document("/api/v1/domains")["next"].is_null());

    const Json first = document("/api/v1/domains?limit=2");
    EXPECT_THAT(names(first), ElementsAre("a.example", "b.example"));
    EXPECT_EQ(first["next"], "b.example");
    const Json second = document("/api/v1/domains?limit=2&after=b.example");
    EXPECT_THAT(names(second), ElementsAre("c.example", "xn--mnchen-3ya.example"));
    EXPECT_TRUE(second["next"].is_null());
    EXPECT_TRUE(document("/api/v1/domains?limit=4")["next"].is_null()) << "the last page is full";
    EXPECT_THAT(names(document("/api/v1/domains?after=zzz")), ElementsAre());
}

TEST_F(Routes, FiltersDomains) {
    watch();
    EXPECT_THAT(names(document("/api/v1/domains?q=b.ex")), ElementsAre("b.example"));
    EXPECT_THAT(names(document("/api/v1/domains?q=B.eX")), ElementsAre("b.example")) << "names have no case";
    EXPECT_EQ(names(document("/api/v1/domains?verdict=unknown")).size(), 4u);
    EXPECT_THAT(names(document("/api/v1/domains?verdict=ok")), ElementsAre());
    EXPECT_THAT(names(document("/api/v1/domains?code=cert.expired")), ElementsAre());
}

TEST_F(Routes, BadFiltersAreTheAskersFault) {
    for (const char* query : {"limit=0", "limit=1001", "limit=x", "limit=", "limit=-1", "verdict=bad", "code=no.such",
                              "state=sideways", "order=best"}) {
        for (const char* list : {"domains?", "findings?", "endpoints?"}) {
            const Answer answer = ask("/api/v1/" + std::string(list) + query);
            EXPECT_EQ(answer.status, 400) << list << query;
            EXPECT_TRUE(Json::parse(answer.body).contains("error")) << query;
        }
    }
}

TEST_F(Routes, OneDomainIsItsReportWithTranscripts) {
    watch();
    const Json report = document("/api/v1/domains/a.example");
    EXPECT_EQ(report["domain"], "a.example");
    EXPECT_EQ(report["verdict"], "unknown");
    EXPECT_EQ(report["mx"]["error"], "no_resolver");
    EXPECT_TRUE(report["duration_seconds"].is_null());
    for (const char* target : {"/api/v1/domains/zzz.example", "/api/v1/domains/a.exampl", "/api/v1/domains/%22%3E"})
        EXPECT_EQ(ask(target).status, 404) << target;
}

TEST_F(Routes, ListsAndGlanceOfTheWholeFleet) {
    watch();
    EXPECT_EQ(document("/api/v1/findings?code=dns.domain_not_found")["items"].size(), 0u);
    EXPECT_EQ(document("/api/v1/endpoints"), Json({{"items", Json::array()}, {"next", nullptr}}));
    EXPECT_EQ(document("/api/v1/changes?domain=A.example"), Json({{"items", Json::array()}, {"next", nullptr}}));
    EXPECT_EQ(ask("/api/v1/changes?domain=zzz.example").status, 404);
    EXPECT_EQ(ask("/api/v1/changes?after=zzz").status, 400);
    EXPECT_EQ(names(document("/api/v1/domains?order=worst&limit=2")).size(), 2u);
    const Json glance = document("/api/v1/fleet");
    EXPECT_EQ(glance["domains"]["unknown"], 4);
    EXPECT_EQ(glance["allow_check"], false);
}

TEST_F(Routes, ProbeAnswersForConfiguredDomainsOnly) {
    watch();
    const Answer page = ask("/probe?target=A.example");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(page.body, HasSubstr("mxfleet_domain_info{domain=\"a.example\"} 1\n"));
    const Answer debug = ask("/probe?target=a.example&debug=true");
    EXPECT_EQ(debug.type, "text/plain; charset=utf-8");
    EXPECT_THAT(debug.body, HasSubstr("a.example  UNKNOWN"));
    for (const char* target : {"/probe", "/probe?target=", "/probe?target=zzz.example", "/probe?target=%22"}) {
        EXPECT_EQ(ask(target).status, 400) << target;
        EXPECT_TRUE(Json::parse(ask(target).body).contains("error")) << target;
    }
}

/// As the configuration takes it: any case, a trailing dot, Unicode.
TEST_F(Routes, ADomainIsFoundHoweverItIsWritten) {
    watch();
    for (const char* written : {"A.Example", "a.example.", "A.EXAMPLE."})
        EXPECT_EQ(document("/api/v1/domains/" + std::string(written))["domain"], "a.example") << written;
    for (const char* written : {"m%C3%BCnchen.example", "M%C3%9CNCHEN.example", "XN--mnchen-3ya.example"})
        EXPECT_EQ(document("/api/v1/domains/" + std::string(written))["domain"], "xn--mnchen-3ya.example") << written;
    for (const char* written : {"a..example", "a%20b.example", "a"})
        EXPECT_EQ(ask("/api/v1/domains/" + std::string(written)).status, 404) << written;
}

TEST_F(Routes, ReloadSaysWhatWasWrong) {
    EXPECT_EQ(ask("/-/reload", Method::post).status, 200);
    EXPECT_EQ(ask("/-/reload", Method::get).status, 405);
    reloaded = std::unexpected(std::vector<std::string>{"mxfleet.toml:3:1: error: no such key"});
    const Answer refused = ask("/-/reload", Method::post);
    EXPECT_EQ(refused.status, 500);
    EXPECT_THAT(std::string(Json::parse(refused.body)["error"]), HasSubstr("mxfleet.toml:3:1: error: no such key"));
}

/// What the browser test sees in a browser stands in the text already: nothing is loaded, and no markup is ever read.
TEST_F(Routes, ThePageHoldsAllItNeeds) {
    const Answer page = ask("/");
    for (const char* const loader : {"src=", "import ", "@import", "url(", "//fonts", "innerHTML", "insertAdjacent",
                                     "document.write", "eval(", " style=\"", " onclick=\""})
        EXPECT_EQ(page.body.find(loader), page.body.npos) << loader;
    EXPECT_EQ(page.body.find("%STYLE%"), page.body.npos);
    EXPECT_EQ(page.body.find("%SCRIPT%"), page.body.npos);
    EXPECT_EQ(page.body.find("https://"), page.body.npos);
}

TEST_F(Routes, ThePagesPolicyLetsItsOwnScriptRunAndNoOther) {
    const Answer page = ask("/");
    const auto policy = std::ranges::find(page.fields, "Content-Security-Policy", &HttpField::name);
    ASSERT_NE(policy, page.fields.end());
    EXPECT_THAT(policy->value, testing::StartsWith("default-src 'none'; script-src 'sha256-"));
    EXPECT_EQ(policy->value.find("unsafe"), std::string::npos);
    EXPECT_THAT(policy->value, HasSubstr("connect-src 'self'"));
    EXPECT_THAT(policy->value, HasSubstr("frame-ancestors 'none'"));
}

TEST_F(Routes, ACheckIsForThoseWhoMayAndForDomainsThatAre) {
    watch();
    EXPECT_EQ(ask("/api/v1/check?domain=a.example").status, 405);
    EXPECT_EQ(ask("/api/v1/check?domain=a.example", Method::post).status, 403);
    settings.web.allow_check = true;
    EXPECT_EQ(ask("/api/v1/check", Method::post).status, 400);
    EXPECT_EQ(ask("/api/v1/check?domain=zzz.example", Method::post).status, 404);
    EXPECT_EQ(ask("/api/v1/check?domain=a.example", Method::post, {{"host", "h"}, {"origin", "http://other"}}).status,
              403);
    const Answer soon = ask("/api/v1/check?domain=a.example", Method::post);
    EXPECT_EQ(soon.status, 429) << "it was looked up a moment ago, and has no server";
    EXPECT_EQ(soon.fields, (std::vector<HttpField>{{"Retry-After", "60"}}));
}

}  // namespace
}  // namespace mxfleet
