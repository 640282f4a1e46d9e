#include "agent/web/http.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

std::string body_of(const HttpResponse& response) {
    return std::get<std::string>(response.body);
}

TEST(JsonError, EscapesItsMessage) {
    EXPECT_EQ(body_of(json_error(400, "plain")), "{\"error\": \"plain\"}\n");
    EXPECT_EQ(body_of(json_error(400, "a\"b\\c\nd\x7f")), "{\"error\": \"a\\\"b\\\\c\\u000ad\\u007f\"}\n");
    EXPECT_EQ(body_of(json_error(400, "gr\xc3\xbcn")), "{\"error\": \"gr\xc3\xbcn\"}\n");
    EXPECT_EQ(body_of(json_error(400, "two\nlines gr\xc3\xbcn")), "{\"error\": \"two\\u000alines gr\xc3\xbcn\"}\n");
    EXPECT_EQ(body_of(json_error(400, "\xff\xc3\xbc")), "{\"error\": \"???\"}\n");
}

TEST(JsonError, SaysWhatItIs) {
    const HttpResponse response = json_error(403, "no");
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
}

TEST(Request, HasFieldsAndParameters) {
    HttpRequest request;
    request.fields = {{"accept", "a"}, {"host", "h"}, {"accept", "b"}, {"empty", ""}};
    request.query = {{"q", "1"}, {"q", "2"}, {"e", ""}};
    EXPECT_EQ(request.field("accept"), "a");
    EXPECT_EQ(request.field("empty"), "");
    EXPECT_EQ(request.field("origin"), std::nullopt);
    EXPECT_EQ(request.list_field("accept"), "a, b");
    EXPECT_EQ(request.list_field("origin"), "");
    EXPECT_EQ(request.parameter_of("q"), "1");
    EXPECT_EQ(request.parameter_of("e"), "");
    EXPECT_EQ(request.parameter_of("z"), std::nullopt);
}

TEST(Method, IsCaseSensitive) {
    EXPECT_EQ(method_of("GET"), Method::get);
    EXPECT_EQ(method_of("HEAD"), Method::head);
    EXPECT_EQ(method_of("POST"), Method::post);
    for (const char* const name : {"get", "PUT", "TRACE", "CONNECT", "OPTIONS", ""})
        EXPECT_EQ(method_of(name), Method::other);
}

}  // namespace
}  // namespace mxfleet
