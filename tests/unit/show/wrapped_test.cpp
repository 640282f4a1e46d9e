#include "agent/show/text.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

TEST(Wrapped, BreaksAtBlanks) {
    EXPECT_EQ(wrapped("one two three", 9, "  "), "  one two\n  three\n");
    EXPECT_EQ(wrapped("one", 3, ""), "one\n");
    EXPECT_EQ(wrapped("", 9, "  "), "");
    EXPECT_EQ(wrapped("  one   two ", 20, ""), "one two\n");
}

TEST(Wrapped, CutsWordsThatNoLineHasRoomFor) {
    EXPECT_EQ(wrapped("abcdefgh", 5, "  "), "  abc\n  def\n  gh\n");
    EXPECT_EQ(wrapped("xx ääääää y", 4, ""), "xx\nääää\nää y\n");
}

TEST(Wrapped, EndsHoweverNarrow) {
    EXPECT_EQ(wrapped("abc", 0, "    "), "    a\n    b\n    c\n");
}

TEST(Padded, CountsCharactersNotBytes) {
    EXPECT_EQ(padded("ä", 3), "ä  ");
    EXPECT_EQ(padded("äöüß", 3), "äö…");
}

}  // namespace
}  // namespace mxfleet
