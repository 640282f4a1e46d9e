#include "probes/model/ascii.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

TEST(Ascii, TextIsTrimmedOfSpacesAndTabs) {
    EXPECT_EQ(trimmed(" \t a b \t"), "a b");
    EXPECT_EQ(trimmed(" \t"), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("\na"), "\na");
}

TEST(Ascii, OnlyItsLettersHaveACase) {
    EXPECT_EQ(lower_case("@AZ[az`{\xc3\x9c"), "@az[az`{\xc3\x9c");
    EXPECT_EQ(upper_case("@AZ[az`{\xc3\xbc"), "@AZ[AZ`{\xc3\xbc");
}

TEST(Ascii, TextIsTheSameInAnyCaseAndInNoOtherWay) {
    EXPECT_TRUE(same_but_for_case("Mx1.Example", "mX1.eXAMPLE"));
    EXPECT_TRUE(same_but_for_case("", ""));
    EXPECT_FALSE(same_but_for_case("mx1.example", "mx1.example."));
    EXPECT_FALSE(same_but_for_case("[", "{"));
    EXPECT_FALSE(same_but_for_case("\xc3\x9c", "\xc3\xbc"));
}

TEST(Ascii, ANumberIsWholeAndFits) {
    EXPECT_EQ(whole_number<unsigned char>("255"), 255);
    EXPECT_EQ(whole_number<unsigned char>("256"), std::nullopt);
    EXPECT_EQ(whole_number<unsigned>(""), std::nullopt);
    EXPECT_EQ(whole_number<unsigned>("1 "), std::nullopt);
    EXPECT_EQ(whole_number<unsigned>("-1"), std::nullopt);
}

}  // namespace
}  // namespace mxfleet
