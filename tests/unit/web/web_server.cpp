#include "web_server.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "agent/web/gzip.hpp"

namespace mxfleet::test {
namespace {

std::string lines(std::size_t size) {
    std::string text;
    for (int count = 0; text.size() < size; ++count)
        text += "mxfleet_endpoint_up{mx=\"mx" + std::to_string(count) + ".example.com\",port=\"25\"} 1\n";
    return text;
}

HttpResponse plain(Body body) {
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(body);
    return response;
}

HttpResponse fail_later(const HttpRequest&) {
    return plain(BodyProducer([count = 0](std::string& piece) mutable {
        if (++count == 10) throw std::runtime_error("broken on the way");
        piece.append(20'000, 'a');
        return true;
    }));
}

}  // namespace

const std::string& WebServer::text() {
    static const std::string text = lines(200'000);
    return text;
}

const std::string& WebServer::stream() {
    static const std::string stream = lines(3'000'000);
    return stream;
}

WebServer::WebServer(ServerSettings settings) {
    settings.observe = [this](std::string_view label, int status, double) {
        const std::lock_guard lock(mutex_);
        observed_.push_back(std::string(label) + " " + std::to_string(status));
        told_.notify_all();
    };
    settings.log = [this](std::string_view message) {
        const std::lock_guard lock(mutex_);
        logged_.emplace_back(message);
    };
    auto started = Server::start({{IpAddress::v4({127, 0, 0, 1}), 0}}, std::move(settings), routes());
    if (!started) throw std::runtime_error(started.error());
    server_ = std::move(*started);
}

WebServer::~WebServer() {
    open_gate(1000);
    server_->stop();
}

std::vector<std::string> WebServer::observed() const {
    const std::lock_guard lock(mutex_);
    return observed_;
}

std::string WebServer::wait_for_observed() {
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, std::chrono::seconds{10}, [this] { return !observed_.empty(); });
    return observed_.empty() ? "" : observed_.front();
}

std::vector<std::string> WebServer::logged() const {
    const std::lock_guard lock(mutex_);
    return logged_;
}

std::vector<Route> WebServer::routes() {
    const auto gated = [this](const HttpRequest&) {
        gate_.acquire();
        return plain("through");
    };
    const auto gated_stream = [this](const HttpRequest&) {
        return plain(BodyProducer([this, count = 0](std::string& piece) mutable {
            if (count > 0) gate_.acquire();
            piece.append(100'000, static_cast<char>('a' + count));
            return ++count < 3;
        }));
    };
    return {
        {Method::get, "/hello", "hello", [](const HttpRequest&) { return plain("hello"); }},
        {Method::get, "/text", "text", [](const HttpRequest&) { return plain(std::make_shared<std::string>(text())); }},
        {Method::get, "/stream", "stream",
         [](const HttpRequest&) { return plain(pieces_of(std::make_shared<std::string>(stream()))); }},
        {Method::get, "/gated", "gated", gated},
        {Method::get, "/gated-slow", "gated_slow", gated, true},
        {Method::get, "/gated-stream", "gated_stream", gated_stream},
        {Method::get, "/fail", "fail",
         [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("cannot answer"); }},
        {Method::get, "/fail-later", "fail_later", fail_later},
        {Method::get, "/name/{name}", "name", [](const HttpRequest& request) { return plain(request.parameter); }},
        {Method::post, "/echo", "echo", [](const HttpRequest& request) { return plain(request.body); }},
    };
}

}  // namespace mxfleet::test
