// Endpoints as keys.
#include "probes/model/endpoint.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace mxfleet {
namespace {

const IpAddress v4 = IpAddress::v4({192, 0, 2, 1});
const IpAddress v6 = *IpAddress::parse("2001:db8::1");

TEST(EndpointKey, IsPrintedForPeople) {
    EXPECT_EQ((EndpointKey{"mx1.example.com", v4}.text()), "mx1.example.com [192.0.2.1]:25");
    EXPECT_EQ((EndpointKey{"mx1.example.com", v6, 2525}.text()), "mx1.example.com [2001:db8::1]:2525");
}

TEST(EndpointKey, NameAddressAndPortEachMakeAnother) {
    const EndpointKey key{"mx1.example.com", v4, 25};
    const std::unordered_set<EndpointKey> set{
        key, key, {"mx2.example.com", v4, 25}, {"mx1.example.com", v6, 25}, {"mx1.example.com", v4, 26}};
    EXPECT_EQ(set.size(), 4u);
    EXPECT_TRUE(set.contains({"mx1.example.com", v4, 25}));
}

TEST(EndpointKey, SortsByExchangeFirst) {
    EXPECT_LT((EndpointKey{"a.example.com", v6, 2525}), (EndpointKey{"b.example.com", v4, 25}));
    EXPECT_LT((EndpointKey{"a.example.com", v4, 25}), (EndpointKey{"a.example.com", v4, 26}));
}

}  // namespace
}  // namespace mxfleet
