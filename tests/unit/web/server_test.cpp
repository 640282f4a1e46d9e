#include "agent/web/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "gunzip.hpp"
#include "http_client.hpp"
#include "web_server.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using test::get;
using test::gunzip;
using test::HttpClient;
using test::WebServer;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Server, AnswersRequestAfterRequestOnOneConnection) {
    WebServer web;
    HttpClient client(web.port());
    for (int count = 0; count < 100; ++count) {
        client.send(hello);
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, "hello");
        EXPECT_EQ(answer->fields.at("content-type"), "text/plain; charset=utf-8");
        EXPECT_EQ(answer->fields.at("x-content-type-options"), "nosniff");
        EXPECT_FALSE(answer->fields.contains("server"));
    }
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(client.answer()->body, "body");
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "body");
    client.send("GET /name/%62 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "b");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    WebServer web;
    HttpClient client(web.port());
    client.send("GET /text HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(hello) +
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxHEAD /text HTTP/1.1\r\nHost: a\r\n\r\n" +
                "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.answer()->body, WebServer::text());
    EXPECT_EQ(client.answer()->body, WebServer::stream());
    EXPECT_EQ(client.answer()->body, "hello");
    EXPECT_EQ(client.answer()->body, "x");
    EXPECT_EQ(client.answer(false)->fields.at("content-length"), std::to_string(WebServer::text().size()));
    EXPECT_EQ(client.answer()->status, 404);
    EXPECT_TRUE(client.is_closed_within(5s));
    EXPECT_EQ(client.rest(), "");
}

TEST(Server, SpeaksHttp10) {
    WebServer web;
    for (const std::string target : {"/hello", "/stream"}) {
        HttpClient client(web.port());
        client.send("GET " + target + " HTTP/1.0\r\n\r\n");
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, target == "/hello" ? "hello" : WebServer::stream());
        EXPECT_TRUE(client.is_closed_within(5s));
    }
    HttpClient client(web.port());
    for (int count = 0; count < 3; ++count) {
        client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(client.answer()->fields.at("connection"), "Keep-Alive");
    }
}

TEST(Server, AnswersAClientThatHasEndedItsSide) {
    WebServer web;
    HttpClient client(web.port());
    client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    client.end_sending();
    EXPECT_EQ(client.answer()->body, WebServer::stream());
}

TEST(Server, AnswersHeadAsGetWithoutTheBody) {
    WebServer web;
    HttpClient client(web.port());
    client.send("HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(hello));
    EXPECT_EQ(client.answer(false)->fields.at("content-length"), std::to_string(WebServer::text().size()));
    EXPECT_EQ(client.answer()->body, "hello");

    HttpClient of_stream(web.port());  // a body without known length: no length, and nothing that could be taken for it
    of_stream.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(of_stream.answer(false)->status, 200);
    EXPECT_TRUE(of_stream.is_closed_within(5s));
    EXPECT_EQ(of_stream.rest(), "");
}

TEST(Server, CompressesWhereThatIsAccepted) {
    WebServer web;
    for (const auto* const expected : {&WebServer::text(), &WebServer::stream()}) {
        const char* const target = expected == &WebServer::text() ? "/text" : "/stream";
        const auto answer = get(web.port(), target, "Accept-Encoding: gzip\r\n");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->fields.at("content-encoding"), "gzip");
        EXPECT_EQ(answer->fields.at("vary"), "Accept-Encoding");
        EXPECT_EQ(gunzip(answer->body), *expected);
    }
    EXPECT_FALSE(get(web.port(), "/hello", "Accept-Encoding: gzip\r\n")->fields.contains("content-encoding"));
}

TEST(Server, MakesJsonOfErrors) {
    WebServer web;
    const auto failed = get(web.port(), "/fail");
    EXPECT_EQ(failed->status, 500);
    EXPECT_EQ(failed->fields.at("content-type"), "application/json; charset=utf-8");
    EXPECT_EQ(failed->body, "{\"error\": \"internal error\"}\n");
    EXPECT_THAT(web.logged(), ElementsAre("fail: cannot answer"));

    HttpClient client(web.port());
    client.send("POST /hello HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n");
    const auto not_allowed = client.answer();
    EXPECT_EQ(not_allowed->status, 405);
    EXPECT_EQ(not_allowed->fields.at("allow"), "GET, HEAD");
    EXPECT_EQ(client.answer()->status, 403);
}

TEST(Server, EndsTheConnectionWhenABodyBreaksOff) {
    WebServer web;
    HttpClient client(web.port());
    client.send("GET /fail-later HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_FALSE(client.answer());
    EXPECT_TRUE(client.is_closed_within(5s));
    EXPECT_THAT(web.logged(), ElementsAre("fail_later: broken on the way"));
    EXPECT_EQ(get(web.port(), "/hello")->body, "hello");
}

TEST(Server, IsNotHeldUpBySlowHandlers) {
    WebServer web;
    HttpClient slow(web.port());
    HttpClient slow_too(web.port());
    HttpClient stream(web.port());
    slow.send("GET /gated-slow HTTP/1.1\r\nHost: a\r\n\r\n");
    slow_too.send("GET /gated-slow HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.send("GET /gated-stream HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int count = 0; count < 10; ++count)
        EXPECT_EQ(get(web.port(), "/hello")->body, "hello");
    web.open_gate(4);
    EXPECT_EQ(slow.answer()->body, "through");
    EXPECT_EQ(slow_too.answer()->body, "through");
    EXPECT_EQ(stream.answer()->body, std::string(100'000, 'a') + std::string(100'000, 'b') + std::string(100'000, 'c'));
}

TEST(Server, LetsRequestsWaitWhenAllHandlersAreBusy) {
    WebServer web;
    std::vector<HttpClient> clients;
    for (int count = 0; count < 10; ++count)
        clients.emplace_back(web.port()).send("GET /gated HTTP/1.1\r\nHost: a\r\n\r\n");
    web.open_gate(10);
    for (HttpClient& client : clients)
        EXPECT_EQ(client.answer()->body, "through");
}

TEST(Server, TellsOfEachAnswer) {
    WebServer web;
    HttpClient client(web.port());
    client.send(std::string(hello) + "GET /name/x HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" +
                "POST /name/x HTTP/1.1\r\nHost: a\r\n\r\nGET /fail HTTP/1.1\r\nHost: a\r\n\r\nGET /% HTTP/1.1\r\nHost: "
                "a\r\n\r\n");
    EXPECT_TRUE(client.is_closed_within(5s));
    web.server().stop();
    EXPECT_THAT(web.observed(), ElementsAre("hello 200", "name 200", "other 404", "name 405", "fail 500", "other 400"));
}

TEST(Server, SurvivesClientsThatLeave) {
    WebServer web;
    for (const char* const target : {"/stream", "/gated", "/gated-stream", "/text"}) {
        HttpClient client(web.port());
        client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    web.open_gate(10);
    EXPECT_EQ(get(web.port(), "/hello")->body, "hello");
}

TEST(Server, StopsAtOnceWhateverItsClientsDo) {
    WebServer web;
    std::vector<HttpClient> clients;
    for (const char* const sent : {"", "GET /hel", "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
                                   "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"}) {
        clients.emplace_back(web.port()).send(sent);
    }
    EXPECT_EQ(get(web.port(), "/hello")->body, "hello");
    const auto start = std::chrono::steady_clock::now();
    web.server().stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
    for (HttpClient& client : clients)
        EXPECT_TRUE(client.is_closed_within(5s));
    EXPECT_FALSE(HttpClient(web.port()).is_connected());
}

TEST(Server, WaitsForRunningHandlersWhenItStops) {
    WebServer web;
    HttpClient client(web.port());
    HttpClient queued(web.port());
    client.send("GET /gated-slow HTTP/1.1\r\nHost: a\r\n\r\n");
    queued.send("GET /gated-slow HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(get(web.port(), "/hello")->body, "hello");
    web.open_gate(2);
    web.server().stop();
    EXPECT_TRUE(client.is_closed_within(5s));
    EXPECT_TRUE(queued.is_closed_within(5s));
}

std::string error_of(const std::vector<SocketAddress>& listen) {
    auto started = Server::start(listen, {}, {});
    return started ? "" : started.error();
}

TEST(Server, ListensOnEveryAddress) {
    const std::vector<SocketAddress> listen = {
        {IpAddress::v4({127, 0, 0, 1}), 0}, {IpAddress::v4({127, 0, 0, 2}), 0}, {*IpAddress::parse("::1"), 0}};
    const auto started = Server::start(listen, {}, {});
    ASSERT_TRUE(started) << started.error();
    const auto addresses = (*started)->addresses();
    ASSERT_EQ(addresses.size(), 3U);
    for (std::size_t index = 0; index < 3; ++index) {
        EXPECT_EQ(addresses[index].ip, listen[index].ip);
        EXPECT_NE(addresses[index].port, 0);
    }
    EXPECT_EQ(get(addresses[0].port, "/")->status, 404);
}

TEST(Server, SaysWhyItCannotListen) {
    WebServer web;
    const SocketAddress taken{IpAddress::v4({127, 0, 0, 1}), web.port()};
    EXPECT_EQ(error_of({taken}), "cannot listen on " + taken.text() + ": Address already in use");
    EXPECT_THAT(error_of({{*IpAddress::parse("192.0.2.1"), 0}}), HasSubstr("192.0.2.1:0: Cannot assign"));
}

TEST(Server, TakesBothFamiliesOnOnePort) {
    const auto v6 = Server::start({{IpAddress::v6({}), 0}}, {}, {});
    ASSERT_TRUE(v6) << v6.error();
    const std::uint16_t port = (*v6)->addresses()[0].port;
    EXPECT_EQ(get(port, "/")->status, 404);  // over IPv4
    (*v6)->stop();
    EXPECT_EQ(error_of({{IpAddress::v4({}), port}, {IpAddress::v6({}), port}}), "");
}

}  // namespace
}  // namespace mxfleet
