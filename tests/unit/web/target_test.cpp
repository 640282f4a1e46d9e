#include "agent/web/target.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

using Query = std::vector<QueryParameter>;

struct TargetRow {
    std::string_view target;
    std::string_view path;
    std::string_view last_segment;
    Query query;
};

TEST(Target, IsTakenApart) {
    const std::vector<TargetRow> rows = {
        {"/", "/", "", {}},
        {"/metrics", "/metrics", "metrics", {}},
        {"/metrics?", "/metrics", "metrics", {}},
        {"/%6detrics", "/metrics", "metrics", {}},
        {"/a/b%2Fc", "/a/b/c", "b/c", {}},
        {"/a/../b", "/a/../b", "b", {}},
        {"/a+b", "/a+b", "a+b", {}},
        {"/gr%C3%BCn/", "/gr\xc3\xbcn/", "", {}},
        {"/p?a=1&b=2", "/p", "p", {{"a", "1"}, {"b", "2"}}},
        {"/p?a=1&a=2&&a", "/p", "p", {{"a", "1"}, {"a", "2"}, {"a", ""}}},
        {"/p?a=b=c&=d", "/p", "p", {{"a", "b=c"}, {"", "d"}}},
        {"/p?a+b=%2B+%26", "/p", "p", {{"a b", "+ &"}}},
        {"/p?a=/?", "/p", "p", {{"a", "/?"}}},
        {"http://example.com/p?a=1", "/p", "p", {{"a", "1"}}},
        {"https://example.com:9925", "/", "", {}},
    };
    for (const TargetRow& row : rows) {
        const auto target = parse_target(row.target);
        ASSERT_TRUE(target) << row.target;
        EXPECT_EQ(target->path, row.path);
        EXPECT_EQ(target->path.substr(target->last_segment), row.last_segment) << row.target;
        EXPECT_EQ(target->query, row.query) << row.target;
    }
}

TEST(Target, IsRefusedWhenItIsNotSpeltRight) {
    const std::vector<std::string_view> targets = {
        "",         "metrics",  "*",        "example.com:80", "http:/p",    "//\x01",    "/a b",
        "/a#b",     "/%",       "/%4",      "/%4g",           "/%+4",       "/% 4",      "/%00",
        "/%0a",     "/%7f",     "/%ff",     "/%c3",           "/%c0%af",    "/\xc3\xbc", "/p?%",
        "/p?a=%zz", "/p?a=%00", "/p?%0d=1", "/p?a=%ed%a0%80", "http://h?x", "ftp://h/p", "/%C3/%BC",
    };
    for (const auto target : targets)
        EXPECT_FALSE(parse_target(target)) << target;
}

TEST(Target, HasSixtyFourParametersAtMost) {
    std::string target = "/p?";
    for (int count = 0; count < 64; ++count)
        target += "a&";
    EXPECT_TRUE(parse_target(target));
    EXPECT_FALSE(parse_target(target + "a"));
}

}  // namespace
}  // namespace mxfleet
