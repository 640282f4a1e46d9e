#include "agent/fleet/silence.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

TEST(Silence, CountsDifferentOnesUpToEnough) {
    Silence<int> silence(3);
    EXPECT_EQ(silence.count(), 0u);
    for (const int who : {1, 1, 2})
        silence.fell_silent(who);
    EXPECT_EQ(silence.count(), 2u);
    for (const int who : {3, 4, 5})
        silence.fell_silent(who);
    EXPECT_EQ(silence.count(), 3u);
}

TEST(Silence, OneAnswerStartsItAnew) {
    Silence<int> silence(3);
    silence.fell_silent(1);
    silence.fell_silent(2);
    silence.answered();
    EXPECT_EQ(silence.count(), 0u);
    silence.fell_silent(2);
    EXPECT_EQ(silence.count(), 1u);
}

}  // namespace
}  // namespace mxfleet
