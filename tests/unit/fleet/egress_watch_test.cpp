#include "agent/fleet/egress_watch.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

EndpointKey endpoint(int number) {
    return {"mx.example.com", IpAddress::v4({192, 0, 2, static_cast<std::uint8_t>(number)}), 25};
}

TEST(EgressWatch, ManyInARowWithoutAnAnswerAreNoCoincidence) {
    EgressWatch watch;
    EXPECT_FALSE(watch.fails(100)) << "nothing was tried";
    for (int at = 0; at < 9; ++at)
        watch.found_no_way(endpoint(at));
    EXPECT_FALSE(watch.fails(100));
    watch.found_no_way(endpoint(9));
    EXPECT_TRUE(watch.fails(100));
    watch.reached();
    EXPECT_FALSE(watch.fails(100));
    EXPECT_EQ(watch.unreached(), 0u);
}

TEST(EgressWatch, TheSameEndpointCountsOnce) {
    EgressWatch watch;
    for (int at = 0; at < 50; ++at)
        watch.found_no_way(endpoint(1));
    EXPECT_EQ(watch.unreached(), 1u);
    EXPECT_FALSE(watch.fails(100));
}

TEST(EgressWatch, OneThatAnswersInBetweenStartsItAnew) {
    EgressWatch watch;
    for (int at = 0; at < 9; ++at)
        watch.found_no_way(endpoint(at));
    watch.reached();
    for (int at = 0; at < 9; ++at)
        watch.found_no_way(endpoint(at));
    EXPECT_FALSE(watch.fails(100));
}

TEST(EgressWatch, ASmallFleetIsAllOfIt) {
    EgressWatch watch;
    watch.found_no_way(endpoint(1));
    EXPECT_FALSE(watch.fails(2));
    watch.found_no_way(endpoint(2));
    EXPECT_TRUE(watch.fails(2));
}

}  // namespace
}  // namespace mxfleet
