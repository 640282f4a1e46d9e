#include "config/suggestion.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mxfleet {
namespace {

TEST(EditDistance, CountsSlipsOfTheFingers) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("interval", "interval"), 0u);
    EXPECT_EQ(edit_distance("intervall", "interval"), 1u);
    EXPECT_EQ(edit_distance("inteval", "interval"), 1u);
    EXPECT_EQ(edit_distance("intervol", "interval"), 1u);
    EXPECT_EQ(edit_distance("itnerval", "interval"), 1u);  // a swap is one slip
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Nearest, IsNearEnoughToHaveBeenMeant) {
    constexpr std::array<std::string_view, 4> known{"timeout", "tries", "trust_ad", "mx"};
    EXPECT_EQ(nearest("time_out", known), "timeout");
    EXPECT_EQ(nearest("try", known), std::nullopt);
    EXPECT_EQ(nearest("trie", known), "tries");
    EXPECT_EQ(nearest("m", known), "mx");
    EXPECT_EQ(nearest("completely_different", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(65, 'm'), known), std::nullopt);
    EXPECT_EQ(nearest("timeout", {}), std::nullopt);
}

TEST(DidYouMean, SaysNothingWithoutASuggestion) {
    constexpr std::array<std::string_view, 1> known{"json"};
    EXPECT_EQ(did_you_mean("jsno", known), "; did you mean `json`?");
    EXPECT_EQ(did_you_mean("jsno", known, "[", "]"), "; did you mean [json]?");
    EXPECT_EQ(did_you_mean("yaml", known), "");
}

}  // namespace
}  // namespace mxfleet
