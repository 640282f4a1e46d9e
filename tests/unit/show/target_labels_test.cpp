#include "agent/show/target_labels.hpp"

#include <gtest/gtest.h>

#include "probes/wire/exposition.hpp"

namespace mxfleet {
namespace {

TEST(TargetLabels, AreThoseOfTheTable) {
    const EndpointKey endpoint{"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25};
    EXPECT_EQ(target_labels(endpoint), R"(mx="mx1.example.com",ip="192.0.2.1",port="25")");
    EXPECT_EQ(target_labels(SharedText("example.com")), R"(domain="example.com")");
}

TEST(TargetLabels, EscapeWhatANameMayHave) {
    EXPECT_EQ(target_labels(SharedText("a\\.example")), label_text({{"domain", "a\\.example"}}));
}

TEST(TargetLabels, StandInTheOrderTheyWereAdded) {
    const EndpointKey first{"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25};
    const EndpointKey second{"", *IpAddress::parse("2001:db8::1"), 65535};
    LabelsOfTargets labels;
    labels.reserve(1);
    labels.add(first);
    labels.add(second);
    labels.add(SharedText("example.com"));
    EXPECT_EQ(labels[0], target_labels(first));
    EXPECT_EQ(labels[1], R"(mx="",ip="2001:db8::1",port="65535")");
    EXPECT_EQ(labels[2], target_labels(SharedText("example.com")));
}

}  // namespace
}  // namespace mxfleet
