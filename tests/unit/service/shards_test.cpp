#include "agent/service/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/service/telemetry.hpp"

namespace mxfleet {
namespace {

using testing::HasSubstr;
using testing::Not;

Settings one_thread() {
    Settings settings;
    settings.agent.threads = 1;
    return settings;
}

/// An agent that watches nobody.
class Shards : public testing::Test {
protected:
    HttpResponse get(const std::string& path, std::vector<QueryParameter> query = {},
                     std::vector<HttpField> fields = {{"host", "agent.example.com:9525"}}) const {
        const auto route = std::ranges::find(routes, path, &Route::path);
        HttpRequest request;
        request.path = path;
        request.query = std::move(query);
        request.fields = std::move(fields);
        return route->handler(request);
    }

    AgentMetrics metrics{0, 1};
    Telemetry telemetry{metrics};
    Agent agent{one_thread(), TrustStore(X509_STORE_new(), X509_STORE_free), telemetry};
    const RouteSubjects subjects{agent,
                                 metrics,
                                 telemetry.changes(),
                                 [] { return Settings{}; },
                                 [] { return std::string(); },
                                 []() -> std::expected<void, std::vector<std::string>> { return {}; }};
    const std::vector<Route> routes = make_routes(subjects);
};

std::string text_of(HttpResponse response) {
    if (auto* const text = std::get_if<std::string>(&response.body)) return *text;
    if (auto* const shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) return **shared;
    std::string text;
    while (std::get<BodyProducer>(response.body)(text)) {
    }
    return text;
}

TEST_F(Shards, MetricsOfShard0HaveTheAgentsOwnSeriesAndOthersHaveNot) {
    EXPECT_THAT(text_of(get("/metrics")), HasSubstr("mxfleet_build_info{"));
    EXPECT_THAT(text_of(get("/metrics", {{"shard", "0/2"}})), HasSubstr("mxfleet_build_info{"));
    EXPECT_THAT(text_of(get("/metrics", {{"shard", "1/2"}})), Not(HasSubstr("mxfleet_build_info{")));
    EXPECT_THAT(text_of(get("/metrics", {{"shard", "1/2"}, {"detail", "core"}})), Not(HasSubstr("mxfleet_build_info")));
}

TEST_F(Shards, AWrongShardOrDetailIsAnError) {
    for (const char* const shard :
         {"", "1", "/", "2/2", "-1/2", "0/0", "1/", "/2", "a/b", "0/2/3", " 0/2", "0/10001", "statefulset/4"}) {
        HttpResponse response = get("/metrics", {{"shard", shard}});
        EXPECT_EQ(response.status, 400) << shard;
        EXPECT_THAT(nlohmann::json::parse(text_of(std::move(response)))["error"].get<std::string>(),
                    HasSubstr("INDEX/COUNT"));
    }
    EXPECT_EQ(get("/metrics", {{"detail", "most"}}).status, 400);
    EXPECT_EQ(get("/metrics", {{"detail", ""}}).status, 400);
    EXPECT_EQ(get("/metrics", {{"detail", "full"}}).status, 200);
}

TEST_F(Shards, DiscoveryListsAsManyShardsAsAreAskedFor) {
    HttpResponse response = get("/sd", {{"shards", "3"}});
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.content_type, testing::StartsWith("application/json"));
    const auto groups = nlohmann::json::parse(text_of(std::move(response)));
    ASSERT_EQ(groups.size(), 3u);
    EXPECT_EQ(groups[2]["targets"], nlohmann::json({"agent.example.com:9525"}));
    EXPECT_EQ(groups[2]["labels"]["__param_shard"], "2/3");
}

TEST_F(Shards, DiscoveryRefusesWhatIsNoNumberOfShards) {
    for (const char* const shards : {"", "0", "-1", "x", "1/2", "10001"})
        EXPECT_EQ(get("/sd", {{"shards", shards}}).status, 400) << shards;
    EXPECT_EQ(get("/sd", {{"shards", "2"}}, {}).status, 400) << "nobody said where we are";
}

TEST_F(Shards, DiscoveryWaitsUntilTheSizeOfTheFleetIsKnown) {
    EXPECT_EQ(get("/sd").status, 503);
}

}  // namespace
}  // namespace mxfleet
