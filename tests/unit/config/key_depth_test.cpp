#include "config/key_depth.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mxfleet {
namespace {

const std::string deep = "a.a.a.a.a.a.a.a.a.a";       // nine dots
const std::string deep_enough = "a.a.a.a.a.a.a.a.a";  // eight

TEST(KeyDepth, IsTheNumberOfDots) {
    EXPECT_EQ(too_deep_key(deep_enough + " = 1"), std::nullopt);
    EXPECT_EQ(too_deep_key("x = 1\n" + deep + " = 1"), (FilePosition{2, 18}));
    EXPECT_EQ(too_deep_key("[" + deep + "]"), (FilePosition{1, 19}));
    EXPECT_EQ(too_deep_key("x = [{\n  a = 1, " + deep + " = 1}]"), (FilePosition{2, 27}));
    EXPECT_EQ(too_deep_key(deep_enough + " = {" + deep_enough + " = 1}"), std::nullopt);
}

TEST(KeyDepth, PassesOverStringsAndComments) {
    for (const std::string& text : {
             "# " + deep + "\n", "x = \"" + deep + "\"", "x = '" + deep + "'", "x = \"\\\"" + deep + "\"",
             "x = \"\"\"\n\"" + deep + "\"\"\"\"", "x = '''\n'" + deep + "'''", "\"" + deep + "\" = 1",
             "x = \"\"\"" + deep,  // never closed: the parser says so
         }) {
        EXPECT_EQ(too_deep_key(text), std::nullopt) << text;
    }
}

TEST(KeyDepth, IsNotFooledByWhatLooksLikeAString) {
    for (const std::string before : {
             R"(x = "#".)",
             R"(x = {a = '\', )",    // a literal string has no escapes
             R"(x = {a = "\\", )",   // an escaped backslash, then the end
             R"(x = ["", )",         // an empty string, not the start of a long one
             R"(x = ["""""", )",     // an empty long one
             R"(x = ["""a"""", )",   // one quote belongs to the content
             R"(x = ["""a""""", )",  // two do
             R"(x = ['''a'''', )",
             "x = \"\n",  // not closed on its line
             "# '\n",
         }) {
        EXPECT_NE(too_deep_key(before + deep), std::nullopt) << before;
    }
    EXPECT_NE(too_deep_key(R"("a"."a"."a"."a"."a"."a"."a"."a"."a"."a" = 1)"), std::nullopt);
}

}  // namespace
}  // namespace mxfleet
