// Policies fetched from a server that says what a test wants, on loopback: what libcurl is and is not allowed to do.
#include "probes/mta_sts/fetcher.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <future>

#include "tests/unit/io/test_pki.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* host_name = "mta-sts.example.com";

/// Answers each connection with the same bytes, whatever was asked; says nothing at all if there are none.
class HttpsServer {
public:
    HttpsServer(const testing::Identity& identity, std::string answer)
        : context_(testing::server_context(identity)), answer_(std::move(answer)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
        ::listen(listener_, 8);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~HttpsServer() {
        stopped_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    std::uint16_t port = 0;
    std::atomic<int> connections = 0;

private:
    void serve() {
        while (!stopped_) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            ++connections;
            answer_one(connection);
            ::close(connection);
        }
    }

    void answer_one(int connection) {
        const SslPointer ssl(SSL_new(context_.get()));
        SSL_set_fd(ssl.get(), connection);
        if (SSL_accept(ssl.get()) != 1) return;
        std::array<char, 4096> request{};
        SSL_read(ssl.get(), request.data(), request.size());
        if (answer_.empty()) {
            SSL_read(ssl.get(), request.data(), request.size());  // until the client gives up
            return;
        }
        SSL_write(ssl.get(), answer_.data(), static_cast<int>(answer_.size()));
        SSL_shutdown(ssl.get());
    }

    SslContextPointer context_;
    std::string answer_;
    int listener_ = -1;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

std::string http(std::string_view status, std::string_view headers, std::string_view body) {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) + "Connection: close\r\n\r\n" +
           std::string(body);
}

class FetcherTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

    testing::Identity leaf(std::vector<std::string> names, std::chrono::hours until = 24h) const {
        return testing::make_certificate(
            {.common_name = host_name, .names = std::move(names), .issuer = &root_, .valid_until = until});
    }

    PolicyFetchFacts fetch(const HttpsServer& server, Duration timeout = 10s) {
        PolicyRequest request{
            host_name, {*IpAddress::parse("127.0.0.1")}, testing::trusting({root_}), server.port, timeout};
        return fetch(std::move(request));
    }

    PolicyFetchFacts fetch(PolicyRequest request) {
        std::promise<PolicyFetchFacts> promise;
        auto future = promise.get_future();
        fetcher_.fetch(std::move(request), [&](PolicyFetchFacts facts) { promise.set_value(std::move(facts)); });
        return future.get();
    }

    const testing::Identity root_ = testing::make_certificate({.common_name = "Root", .is_ca = true});
    const testing::Identity good_ = leaf({host_name});
    PolicyFetcher fetcher_;
};

TEST_F(FetcherTest, GivesTheBody) {
    // Nothing of the environment has a say.
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    HttpsServer server(good_, http("200 OK", "Content-Type: TEXT/plain; charset=utf-8\r\n", "version: STSv1\r\n"));
    const PolicyFetchFacts facts = fetch(server);
    ::unsetenv("https_proxy");
    EXPECT_EQ(facts.outcome, FetchOutcome::fetched) << facts.detail.text();
    EXPECT_EQ(facts.body, "version: STSv1\r\n");
    EXPECT_TRUE(facts.host_not_after);
}

TEST_F(FetcherTest, TakesNothingElse) {
    struct Case {
        std::string answer;
        FetchOutcome outcome;
        const char* detail;
    };
    const std::string text = "Content-Type: text/plain\r\n";
    const std::vector<Case> cases = {
        {http("404 Not Found", text, "no"), FetchOutcome::failed, "404"},
        {http("301 Moved", "Location: https://127.0.0.1/\r\n", ""), FetchOutcome::failed, "301, a redirect to"},
        {http("200 OK", "Content-Type: text/plainer\r\n", "x"), FetchOutcome::malformed, "text/plainer"},
        {http("200 OK", "", "x"), FetchOutcome::malformed, "without a media type"},
        {http("200 OK", text, std::string(65'537, 'x')), FetchOutcome::malformed, "64 KiB"},
        {"220 mx ESMTP\r\n", FetchOutcome::failed, ""},
    };
    for (const Case& each : cases) {
        HttpsServer server(good_, each.answer);
        const PolicyFetchFacts facts = fetch(server);
        EXPECT_EQ(facts.outcome, each.outcome) << each.answer.substr(0, 40);
        EXPECT_THAT(std::string(facts.detail), HasSubstr(each.detail));
        EXPECT_EQ(facts.body, "");
        EXPECT_EQ(server.connections, 1);
    }
}

TEST_F(FetcherTest, WantsACertificateForThatName) {
    const testing::Identity stranger = testing::make_certificate({.common_name = "Stranger", .is_ca = true});
    const std::string answer = http("200 OK", "Content-Type: text/plain\r\n", "x");
    const std::vector<testing::Identity> bad = {
        leaf({"other.example.com"}),
        leaf({}),  // its common name is right, and does not count
        leaf({host_name}, -1h),
        testing::make_certificate({.names = {host_name}, .issuer = &stranger}),
    };
    for (const testing::Identity& identity : bad) {
        HttpsServer server(identity, answer);
        const PolicyFetchFacts facts = fetch(server);
        EXPECT_EQ(facts.outcome, FetchOutcome::failed);
        EXPECT_THAT(std::string(facts.detail), HasSubstr("the certificate: "));
        EXPECT_TRUE(facts.host_not_after);  // a bad one's, too
    }
}

TEST_F(FetcherTest, GivesUpInTime) {
    HttpsServer mute(good_, "");
    const auto begun = std::chrono::steady_clock::now();
    const PolicyFetchFacts facts = fetch(mute, 300ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
    EXPECT_EQ(facts.outcome, FetchOutcome::failed);
    EXPECT_THAT(std::string(facts.detail), HasSubstr("in time"));
}

TEST_F(FetcherTest, NobodyListens) {
    std::uint16_t port = 0;
    {
        const HttpsServer gone(good_, "");
        port = gone.port;
    }
    const PolicyFetchFacts facts =
        fetch({host_name, {*IpAddress::parse("127.0.0.1")}, testing::trusting({root_}), port, 10s});
    EXPECT_EQ(facts.outcome, FetchOutcome::failed);
    EXPECT_THAT(std::string(facts.detail), HasSubstr("refused"));
}

TEST_F(FetcherTest, StoppingEndsWhatIsUnderWay) {
    HttpsServer mute(good_, "");
    std::promise<FetchOutcome> promise;
    auto outcome = promise.get_future();
    PolicyRequest request{host_name, {*IpAddress::parse("127.0.0.1")}, testing::trusting({root_}), mute.port, 60s};
    fetcher_.fetch(std::move(request), [&](const PolicyFetchFacts& facts) { promise.set_value(facts.outcome); });
    while (mute.connections == 0)
        std::this_thread::yield();
    fetcher_.stop();
    ASSERT_EQ(outcome.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(outcome.get(), FetchOutcome::unknown);
}

}  // namespace
}  // namespace mxfleet
