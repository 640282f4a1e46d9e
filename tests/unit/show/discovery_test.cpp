#include "agent/show/discovery.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

TEST(Discovery, ListsEachShardAsAnInstanceOfItsOwn) {
    EXPECT_EQ(discovery_json("agent.example.com:9525", 2), nlohmann::ordered_json::parse(R"([
        {"targets": ["agent.example.com:9525"],
         "labels": {"instance": "agent.example.com:9525/shard-0",
                    "__metrics_path__": "/metrics", "__param_shard": "0/2"}},
        {"targets": ["agent.example.com:9525"],
         "labels": {"instance": "agent.example.com:9525/shard-1",
                    "__metrics_path__": "/metrics", "__param_shard": "1/2"}}
    ])"));
}

TEST(Discovery, ShardsFollowTheSizeOfTheFleet) {
    EXPECT_EQ(shards_for(0, 0), 1u);
    EXPECT_EQ(shards_for(500, 1'000), 1u);
    EXPECT_EQ(shards_for(5'000, 10'000), 4u);
    EXPECT_EQ(shards_for(50'000, 100'000), 64u);
    EXPECT_EQ(shards_for(100'000'000, 1'000'000'000), 10'000u);
}

}  // namespace
}  // namespace mxfleet
