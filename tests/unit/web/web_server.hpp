// A server on a free port of 127.0.0.1 with a few routes to test with, and what it told of its answers.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include "agent/web/server.hpp"

namespace mxfleet::test {

/// GET /hello · GET /text: 200 kB in memory · GET /stream: 3 MB in pieces · GET /gated and /gated-slow: wait for the
/// gate · GET /gated-stream: waits for the gate before each of two pieces · GET /fail · GET /fail-later ·
/// GET /name/{name} · POST /echo
class WebServer {
public:
    explicit WebServer(ServerSettings settings = {});
    ~WebServer();

    std::uint16_t port() const { return server_->addresses()[0].port; }
    Server& server() { return *server_; }

    /// Lets that many through the gate.
    void open_gate(int count = 1) { gate_.release(count); }

    /// `label status` of each answer so far.
    std::vector<std::string> observed() const;

    /// The first of them, for which it waits at most ten seconds.
    std::string wait_for_observed();

    std::vector<std::string> logged() const;

    static const std::string& text();
    static const std::string& stream();

private:
    std::vector<Route> routes();

    mutable std::mutex mutex_;
    std::condition_variable told_;
    std::vector<std::string> observed_;
    std::vector<std::string> logged_;
    std::counting_semaphore<> gate_{0};
    std::unique_ptr<Server> server_;
};

}  // namespace mxfleet::test
