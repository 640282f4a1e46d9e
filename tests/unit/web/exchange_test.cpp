#include "agent/web/exchange.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace mxfleet {
namespace {

/// A head in memory as libmicrohttpd leaves it.
class Head {
public:
    Head(std::string method, std::string target, std::vector<std::string> lines, std::string version = "HTTP/1.1")
        : target_(target) {
        const std::string nul(1, '\0');
        bytes_ = method + nul + target + nul + version + nul + nul;
        for (const std::string& line : lines)
            bytes_ += std::string(line).replace(line.find(':'), 1, nul) + nul + nul;
        bytes_ += nul + nul;
        raw_ = {bytes_, bytes_.data(), bytes_.data() + method.size() + 1,
                bytes_.data() + method.size() + target.size() + 2};
    }
    Head(const Head&) = delete;

    const RawHead& raw() const { return raw_; }
    const std::string& target() const { return target_; }

private:
    std::string target_;
    std::string bytes_;
    RawHead raw_;
};

class ExchangeTest : public testing::Test {
protected:
    static HttpResponse echo(const HttpRequest& request) {
        HttpResponse response;
        response.body = request.parameter + "|" + request.body + "|" + request.list_field("x");
        return response;
    }
    static HttpResponse fail(const HttpRequest&) { throw std::runtime_error("why it failed"); }
    static HttpResponse throw_a_number(const HttpRequest&) { throw 1; }
    static HttpResponse fail_at_once(const HttpRequest&) {
        HttpResponse response;
        response.body = BodyProducer([](std::string&) -> bool { throw std::runtime_error("at once"); });
        return response;
    }
    static HttpResponse fail_later(const HttpRequest&) {
        HttpResponse response;
        response.body = BodyProducer([count = 0](std::string& piece) mutable {
            if (++count == 3) throw std::runtime_error("later");
            piece.append(block_bytes, 'a');
            return true;
        });
        return response;
    }

    /// What becomes of a request with that head and body, up to the reply's first block.
    Exchange exchange_of(const Head& head, std::string_view body = "") {
        Exchange exchange(head.target());
        exchange.read_head(head.raw(), limits_);
        if (exchange.has_reply()) return exchange;
        exchange.read_body(body, limits_);
        exchange.complete(router_, SteadyTime{});
        if (!exchange.has_reply()) exchange.answer(log_);
        return exchange;
    }

    RequestLimits limits_;
    std::vector<std::string> logged_;
    std::function<void(std::string_view)> log_ = [this](std::string_view message) { logged_.emplace_back(message); };
    Router router_{{
        {Method::get, "/fail", "fail", fail},
        {Method::get, "/number", "number", throw_a_number},
        {Method::get, "/at-once", "at_once", fail_at_once},
        {Method::get, "/later", "later", fail_later},
        {Method::get, "/d/{name}", "echo", echo},
        {Method::post, "/post", "post", echo},
    }};
};

TEST_F(ExchangeTest, GivesTheHandlerTheRequest) {
    const Exchange got = exchange_of(Head("GET", "/d/%61?b=c", {"Host: a", "X: 1", "x:2"}));
    EXPECT_EQ(got.reply().status, 200);
    EXPECT_EQ(got.reply().bytes(), "a||1, 2");
    EXPECT_EQ(got.label(), "echo");
    EXPECT_EQ(exchange_of(Head("POST", "/post", {"Host: a", "Content-Length: 4"}), "body").reply().bytes(), "|body|");
}

struct Refused {
    std::string method;
    std::string target;
    std::vector<std::string> lines;
    int status;
};

TEST_F(ExchangeTest, RefusesBeforeTheHandler) {
    const std::vector<Refused> rows = {
        {"GET", "/nothing", {"Host: a"}, 404},
        {"DELETE", "/post", {"Host: a"}, 405},
        {"POST", "/post", {"Host: a", "Origin: http://b"}, 403},
        {"GET", "/%", {"Host: a"}, 400},
        {"GET", "/fail", {}, 400},
        {"GET", "/fail", {"Host: a", "B : c"}, 400},
        {"GET", "/" + std::string(4096, 'a'), {"Host: a"}, 414},
        {"GET", "/fail", {"Host: a", "X: " + std::string(8192, 'a')}, 431},
        {"POST", "/post", {"Host: a", "Content-Length: 65537"}, 413},
        {"POST", "/post", {"Host: a", "Content-Length: 65536"}, 200},
        {"POST", "/post", {"Host: a", "Content-Length: 9999999"}, 413},
        {"POST", "/post", {"Host: a", "Transfer-Encoding: gzip"}, 501},
    };
    for (const Refused& row : rows) {
        EXPECT_EQ(exchange_of(Head(row.method, row.target, row.lines)).reply().status, row.status) << row.target;
    }
    EXPECT_TRUE(logged_.empty());
}

TEST_F(ExchangeTest, RefusesARequestLineThatIsNotThreeWords) {
    const Head head("GET", "/fail", {"Host: a"});
    for (int skew = 1; skew < 3; ++skew) {
        RawHead raw = head.raw();
        (skew == 1 ? raw.target : raw.version) += 1;
        Exchange exchange(head.target());
        exchange.read_head(raw, limits_);
        ASSERT_TRUE(exchange.has_reply());
        EXPECT_EQ(exchange.reply().status, 400);
    }
}

TEST_F(ExchangeTest, RefusesABodyThatOutgrowsTheLimit) {
    const Head head("POST", "/post", {"Host: a", "Transfer-Encoding: chunked"});
    Exchange exchange(head.target());
    exchange.read_head(head.raw(), limits_);
    const std::string part(50'000, 'a');
    EXPECT_TRUE(exchange.read_body(part, limits_));
    EXPECT_TRUE(exchange.read_body(part, limits_));
    EXPECT_TRUE(exchange.read_body("b", limits_));
    exchange.complete(router_, SteadyTime{});
    ASSERT_TRUE(exchange.has_reply());
    EXPECT_EQ(exchange.reply().status, 413);
}

TEST_F(ExchangeTest, GivesUpOnABodyWithoutEnd) {
    const Head head("POST", "/post", {"Host: a", "Transfer-Encoding: chunked"});
    Exchange exchange(head.target());
    exchange.read_head(head.raw(), limits_);
    const std::string part(100'000, 'a');
    int parts = 0;
    while (parts < 1000 && exchange.read_body(part, limits_))
        ++parts;
    EXPECT_EQ(parts, 10);
}

TEST_F(ExchangeTest, MakesA500OfWhatIsThrown) {
    for (const char* const target : {"/fail", "/number", "/at-once"}) {
        const Exchange exchange = exchange_of(Head("GET", target, {"Host: a"}));
        EXPECT_EQ(exchange.reply().status, 500) << target;
        EXPECT_EQ(exchange.reply().bytes(), "{\"error\": \"internal error\"}\n");
    }
    EXPECT_EQ(logged_,
              (std::vector<std::string>{"fail: why it failed", "number: an unknown exception", "at_once: at once"}));
}

TEST_F(ExchangeTest, BreaksOffWhatFailsLater) {
    Exchange exchange = exchange_of(Head("GET", "/later", {"Host: a"}));
    EXPECT_EQ(exchange.reply().status, 200);
    std::array<char, block_bytes - 10'000> room;
    EXPECT_EQ(exchange.take(room), room.size());
    EXPECT_EQ(exchange.take(room), 10'000U);
    EXPECT_EQ(exchange.take(room), 0U);
    EXPECT_EQ(exchange.supply(), Exchange::Supply::more);
    exchange.refill(log_);
    EXPECT_EQ(exchange.supply(), Exchange::Supply::more);
    exchange.refill(log_);
    EXPECT_EQ(exchange.supply(), Exchange::Supply::broken);
    EXPECT_EQ(logged_, std::vector<std::string>{"later: later"});
}

}  // namespace
}  // namespace mxfleet
