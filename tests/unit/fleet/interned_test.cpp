#include "agent/fleet/interned.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mxfleet {
namespace {

using Names = Interned<std::string, std::hash<std::string>>;

Names::Shared name(const std::string& text) {
    return std::make_shared<const std::string>(text);
}

TEST(Interned, KeepsEqualValuesOnce) {
    Names names;
    const auto first = names.shared(name("PIPELINING"));
    EXPECT_EQ(names.shared(name("PIPELINING")), first);
    EXPECT_NE(names.shared(name("CHUNKING")), first);
    EXPECT_EQ(names.size(), 2u);
}

TEST(Interned, LeavesNullAlone) {
    Names names;
    EXPECT_EQ(names.shared(nullptr), nullptr);
    EXPECT_EQ(names.size(), 0u);
}

TEST(Interned, LetsGoOfWhatNobodyHolds) {
    Names names;
    const auto held = names.shared(name("held"));
    for (int at = 0; at < 10'000; ++at)
        names.shared(name("passing " + std::to_string(at)));
    EXPECT_LE(names.size(), 130u);
    EXPECT_EQ(names.shared(name("held")), held);
}

}  // namespace
}  // namespace mxfleet
