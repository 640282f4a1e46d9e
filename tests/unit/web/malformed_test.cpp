// Requests that are too large, malformed, or can be read two ways, as they come over the wire.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "http_client.hpp"
#include "web_server.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::HttpClient;
using test::WebServer;

constexpr int no_answer = 0;

struct MalformedRow {
    std::string name;
    std::string request;
    int status;
};

std::string post(const std::string& fields, const std::string& body = "") {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string with_line(const std::string& line) {
    return "GET /hello HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
}

std::string repeated(const std::string& text, int count) {
    std::string all;
    while (count-- > 0)
        all += text;
    return all;
}

std::vector<MalformedRow> rows() {
    const std::string host = "\r\nHost: a\r\n\r\n";
    return {
        {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
        {"two hosts", with_line("Host: b"), 400},
        {"folded", with_line("X: b\r\n folded"), 400},
        {"folded with a tab", with_line("X: b\r\n\tfolded"), 400},
        {"folded length", post("Content-Length: 1\r\n 0\r\n"), 400},
        {"folded first", "GET /hello HTTP/1.1\r\n X: b" + host, 400},
        {"space before the colon", with_line("Transfer-Encoding : chunked"), 400},
        {"no colon", with_line("X"), 400},
        {"no name", with_line(": b"), 400},
        {"NUL in a value", with_line("X: b\0c"s), 400},
        {"NUL in a name", with_line("X\0: b"s), 400},
        {"NULs for a line end", with_line("X: b\0\0Content-Length: 5"s), 400},
        {"control character", with_line("X: \x1b[m"), 400},
        {"bare CR", with_line("X: b\rc"), 400},
        {"bare LF", "GET /hello HTTP/1.1\nHost: a\n\n", 400},
        {"one bare LF", "GET /hello HTTP/1.1\r\nX: b\nHost: a\r\n\r\n", 400},
        {"two spaces", "GET  /hello HTTP/1.1" + host, 400},
        {"space in the target", "GET /hello /x HTTP/1.1" + host, 400},
        {"space at the end", "GET /hello HTTP/1.1 " + host, 400},
        {"NUL in the target", "GET /hello\0x HTTP/1.1"s + host, 400},
        {"NUL in the method", "GET\0X /hello HTTP/1.1"s + host, 400},
        {"stray percent", "GET /% HTTP/1.1" + host, 400},
        {"no path", "OPTIONS * HTTP/1.1" + host, 400},
        {"authority", "CONNECT a:80 HTTP/1.1" + host, 400},
        {"no version", "GET /hello\r\n\r\n", 400},
        {"lower-case version", "GET /hello http/1.1" + host, 400},
        {"HTTP/0.9", "GET /hello HTTP/0.9" + host, 505},
        {"HTTP/2", "GET /hello HTTP/2.0" + host, 505},
        {"one word", "GET\r\n\r\n", no_answer},
        {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, no_answer},
        {"TRACE", "TRACE /hello HTTP/1.1" + host, 405},
        {"unknown method", "BREW /hello HTTP/1.1" + host, 405},
        {"two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "a"), 400},
        {"the same length twice", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
        {"lengths in a list", post("Content-Length: 1, 1\r\n", "a"), 400},
        {"length and chunks", post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        {"negative length", post("Content-Length: -1\r\n"), 400},
        {"length with a sign", post("Content-Length: +1\r\n", "a"), 400},
        {"hexadecimal length", post("Content-Length: 0x1\r\n", "a"), 400},
        {"no length", post("Content-Length:\r\n"), 400},
        {"length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n"), 413},
        {"large body", post("Content-Length: 65537\r\n", std::string(65537, 'a')), 413},
        {"huge body", post("Content-Length: 4294967296\r\n"), 413},
        {"large body in chunks",
         post("Transfer-Encoding: chunked\r\n", "10001\r\n" + std::string(65537, 'a') + "\r\n0\r\n\r\n"), 413},
        {"unknown coding", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
        {"two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
        {"chunks in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"no chunk size", post("Transfer-Encoding: chunked\r\n", "x\r\n"), 400},
        {"negative chunk size", post("Transfer-Encoding: chunked\r\n", "-1\r\n"), 400},
        {"chunk longer than it says", post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n"), 400},
        {"chunk size beyond 64 bits", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"), 413},
        {"long target", "GET /" + std::string(4096, 'a') + " HTTP/1.1" + host, 414},
        {"endless target", "GET /" + std::string(100'000, 'a'), 414},
        {"large head", with_line("X: " + std::string(8192, 'a')), 431},
        {"endless field", with_line("X: " + std::string(100'000, 'a')), 431},
        {"endless fields", with_line("X: a" + repeated("\r\nX: a", 20'000)), 431},
        {"many parameters", "GET /hello?" + repeated("a&", 2000) + " HTTP/1.1" + host, 400},
        {"many cookies", with_line("Cookie: " + repeated("a=b;", 1500)), 431},
    };
}

/// The status of the answer, or no_answer; and then the connection is closed, unless the request was understood.
int status_for(std::uint16_t port, const MalformedRow& row) {
    HttpClient client(port);
    client.send(row.request);
    const auto answer = client.answer();
    const bool may_stay_open = answer && !answer->fields.contains("connection");
    EXPECT_TRUE(may_stay_open || client.is_closed_within(5s)) << row.name;
    return answer ? answer->status : no_answer;
}

TEST(Malformed, GetsItsStatus) {
    WebServer web;
    for (const MalformedRow& row : rows())
        EXPECT_EQ(status_for(web.port(), row), row.status) << row.name;
    EXPECT_EQ(test::get(web.port(), "/hello")->status, 200);
}

TEST(Malformed, LooksTheSameByteByByte) {
    WebServer web;
    for (const MalformedRow& row : rows()) {
        if (row.request.size() > 300) continue;
        HttpClient client(web.port());
        for (const char byte : row.request)
            client.send(std::string_view(&byte, 1));
        const auto answer = client.answer();
        EXPECT_EQ(answer ? answer->status : no_answer, row.status) << row.name;
    }
}

struct Accepted {
    std::string name;
    std::string request;
    std::string body;
};

TEST(WellFormed, IsAccepted) {
    const std::vector<Accepted> accepted = {
        {"HTTP/1.1", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "hello"},
        {"HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", "hello"},
        {"empty lines before", "\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "hello"},
        {"absolute", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", "hello"},
        {"query", "GET /hello?a=b&c=%20&a HTTP/1.1\r\nHost: a\r\n\r\n", "hello"},
        {"empty and odd values", with_line("X:\r\nY: \r\nZ:a:b\t\xc3\xbc  "), "hello"},
        {"largest head", with_line("X: " + std::string(8192 - 38, 'a')), "hello"},
        {"cookies", with_line("Cookie: a=b; c=\"d;"), "hello"},
        {"length", post("Content-Length: 3\r\n", "abc"), "abc"},
        {"chunks", post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n01;a=b\r\nd\r\n0\r\nT: u\r\n\r\n"), "abcd"},
        {"largest body", post("Content-Length: 65536\r\n", std::string(65536, 'a')), std::string(65536, 'a')},
    };
    WebServer web;
    for (const Accepted& row : accepted) {
        HttpClient client(web.port());
        client.send(row.request);
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << row.name;
        EXPECT_EQ(answer->status, 200) << row.name << ": " << answer->body;
        EXPECT_EQ(answer->body, row.body) << row.name;
    }
}

TEST(WellFormed, IsAskedToContinue) {
    WebServer web;
    HttpClient client(web.port());
    client.send(post("Content-Length: 3\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(client.answer(false)->status, 100);
    client.send("abc");
    EXPECT_EQ(client.answer()->body, "abc");
}

}  // namespace
}  // namespace mxfleet
