#include "agent/web/text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mxfleet {
namespace {

using namespace std::string_view_literals;

TEST(PlainText, IsUtf8WithoutControls) {
    const std::vector<std::string_view> plain = {
        "",
        "a b~",
        "\xc2\xa0",
        "gr\xc3\xbc\xc3\x9f",
        "\xe2\x82\xac",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xf4\x8f\xbf\xbf",
    };
    for (const auto text : plain)
        EXPECT_TRUE(is_plain_text(text) && is_utf8(text)) << text;
}

TEST(PlainText, HasNoControls) {
    for (const auto text : {"\0"sv, "a\n"sv, "\x7f"sv, "\xc2\x80"sv, "\xc2\x9f"sv}) {
        EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_plain_text(text)) << testing::PrintToString(text);
    }
}

TEST(PlainText, IsNothingElse) {
    const std::vector<std::string_view> others = {
        "\x80",          "\xc3",         "\xc3(",        "\xc0\xaf",         "\xc1\xbf",         "\xe0\x80\xaf",
        "\xe2\x82",      "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "a\xe2\x82\xff", "\xff",
    };
    for (const auto text : others)
        EXPECT_FALSE(is_plain_text(text) || is_utf8(text)) << testing::PrintToString(text);
}

}  // namespace
}  // namespace mxfleet
