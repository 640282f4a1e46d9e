#include "agent/show/text.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

TEST(Text, ColumnsAreCharacters) {
    EXPECT_EQ(columns(""), 0u);
    EXPECT_EQ(columns("abc"), 3u);
    EXPECT_EQ(columns("m\xC3\xBCnchen \xE2\x80\xA6"), 9u);
}

TEST(Text, PadsAndCuts) {
    EXPECT_EQ(padded("abc", 5), "abc  ");
    EXPECT_EQ(padded("abc", 3), "abc");
    EXPECT_EQ(padded("abcd", 3), "ab…");
    EXPECT_EQ(padded("\xC3\xBC\xC3\xBC\xC3\xBC", 2), "\xC3\xBC…") << "no character is cut in two";
    EXPECT_EQ(padded("abc", 0), "");
    EXPECT_EQ(padded("", 2), "  ");
}

struct WrapRow {
    std::string text;
    std::size_t width;
    std::string indent;
    std::string wrapped;
};

TEST(Text, Wraps) {
    const std::vector<WrapRow> rows = {
        {"", 10, "  ", ""},
        {"one", 10, "  ", "  one\n"},
        {"one two three", 9, "", "one two\nthree\n"},
        {"one two three", 9, "  ", "  one two\n  three\n"},
        {"  one   two  ", 9, "", "one two\n"},
        {"abcdefghij", 5, "", "abcde\nfghij\n"},
        {"a abcdefgh b", 5, " ", " a\n abcd\n efgh\n b\n"},
        {"\xC3\xBC\xC3\xBC\xC3\xBC", 2, "", "\xC3\xBC\xC3\xBC\n\xC3\xBC\n"},
    };
    for (const WrapRow& row : rows)
        EXPECT_EQ(wrapped(row.text, row.width, row.indent), row.wrapped) << "`" << row.text << "`";
}

}  // namespace
}  // namespace mxfleet
