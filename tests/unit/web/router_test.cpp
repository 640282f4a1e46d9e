#include "agent/web/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/web/target.hpp"

namespace mxfleet {
namespace {

HttpResponse answer_nothing(const HttpRequest&) {
    return {};
}

Router example_router() {
    return Router({
        {Method::get, "/", "page", answer_nothing},
        {Method::get, "/api/domains", "domains", answer_nothing},
        {Method::get, "/api/domains/{domain}", "domain", answer_nothing},
        {Method::get, "/api/domains/all", "all", answer_nothing},
        {Method::post, "/api/domains/{domain}", "change", answer_nothing},
        {Method::post, "/reload", "reload", answer_nothing},
    });
}

HttpRequest request_for(Method method, std::string_view target, std::vector<HttpField> fields = {}) {
    const auto parsed = parse_target(target);
    EXPECT_TRUE(parsed) << target;
    HttpRequest request;
    request.method = method;
    request.path = parsed->path;
    request.last_segment = parsed->last_segment;
    request.fields = std::move(fields);
    return request;
}

struct RouteRow {
    Method method;
    std::string_view target;
    int status;  ///< of the refusal, or 200
    std::string_view label;
    std::string_view parameter;
};

TEST(Router, FindsTheRoute) {
    using enum Method;
    const std::vector<RouteRow> rows = {
        {get, "/", 200, "page", ""},
        {head, "/", 200, "page", ""},
        {post, "/", 405, "page", ""},
        {other, "/", 405, "page", ""},
        {get, "/api/domains", 200, "domains", ""},
        {get, "/api/domains/", 404, "other", ""},
        {get, "/api/domains/example.com", 200, "domain", "example.com"},
        {head, "/api/domains/example.com", 200, "domain", "example.com"},
        {get, "/api/domains/a%2Fb", 200, "domain", "a/b"},
        {get, "/api/domains/a/b", 404, "other", ""},
        {get, "/api%2Fdomains/a", 200, "domain", "a"},
        {get, "/api/domains%2Fa", 404, "other", ""},
        {get, "/api/domains/all", 200, "all", ""},
        {post, "/api/domains/all", 200, "change", "all"},
        {get, "/reload", 405, "reload", ""},
        {head, "/reload", 405, "reload", ""},
        {post, "/reload", 200, "reload", ""},
        {other, "/reload", 405, "reload", ""},
        {get, "/Reload", 404, "other", ""},
        {other, "/nothing", 404, "other", ""},
    };
    const Router router = example_router();
    for (const RouteRow& row : rows) {
        HttpRequest request = request_for(row.method, row.target);
        const auto found = router.find(request);
        EXPECT_EQ(found ? 200 : found.error().response.status, row.status) << row.target;
        EXPECT_EQ(found ? std::string_view((*found)->label) : found.error().label, row.label) << row.target;
        EXPECT_EQ(request.parameter, row.parameter) << row.target;
    }
}

std::string allowed_at(std::string_view target) {
    HttpRequest request = request_for(Method::other, target);
    const auto found = example_router().find(request);
    if (found) return "found";
    for (const HttpField& field : found.error().response.fields) {
        if (field.name == "Allow") return field.value;
    }
    return "none";
}

TEST(Router, SaysWhatIsAllowed) {
    EXPECT_EQ(allowed_at("/"), "GET, HEAD");
    EXPECT_EQ(allowed_at("/reload"), "POST");
    EXPECT_EQ(allowed_at("/api/domains/a"), "GET, HEAD, POST");
    EXPECT_EQ(allowed_at("/nothing"), "none");
}

struct OriginRow {
    std::vector<HttpField> fields;
    bool is_same;
};

TEST(Router, RefusesThePostsOfOtherOrigins) {
    const std::vector<OriginRow> rows = {
        {{{"host", "a"}}, true},
        {{{"host", "a"}, {"origin", "http://a"}}, true},
        {{{"host", "A:9925"}, {"origin", "https://a:9925"}}, true},
        {{{"host", "[::1]:9925"}, {"origin", "http://[::1]:9925"}}, true},
        {{{"host", "a"}, {"origin", "http://b"}}, false},
        {{{"host", "a"}, {"origin", "http://a:80"}}, false},
        {{{"host", "a:9925"}, {"origin", "http://a"}}, false},
        {{{"host", "a"}, {"origin", "http://a.b"}}, false},
        {{{"host", "a"}, {"origin", "ftp://a"}}, false},
        {{{"host", "a"}, {"origin", "a"}}, false},
        {{{"host", "a"}, {"origin", "null"}}, false},
        {{{"host", "a"}, {"origin", ""}}, false},
        {{{"host", ""}, {"origin", "http://"}}, false},
        {{{"origin", "http://a"}}, false},
    };
    const Router router = example_router();
    for (const OriginRow& row : rows) {
        HttpRequest request = request_for(Method::post, "/reload", row.fields);
        const auto found = router.find(request);
        EXPECT_EQ(found.has_value(), row.is_same) << row.fields.back().value;
        EXPECT_EQ(found ? 403 : found.error().response.status, 403);
    }
}

TEST(Router, LetsEveryOriginRead) {
    HttpRequest request = request_for(Method::get, "/", {{"host", "a"}, {"origin", "http://b"}});
    EXPECT_TRUE(example_router().find(request));
}

}  // namespace
}  // namespace mxfleet
