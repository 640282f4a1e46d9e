// What we use of libmicrohttpd, and all of it: it reads requests and writes replies on connections we give it, when it
// is run. It never blocks, and runs no handler: those run on threads of their own, while their connection is suspended,
// and no other thread ever calls libmicrohttpd.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "agent/web/connections.hpp"
#include "agent/web/descriptor.hpp"
#include "agent/web/exchange.hpp"
#include "agent/web/http.hpp"
#include "agent/web/listener.hpp"
#include "agent/web/router.hpp"
#include "agent/web/workers.hpp"

struct MHD_Daemon;

namespace mxfleet {

struct ServerSettings {
    ConnectionLimits connections;
    RequestLimits requests;
    unsigned stall_seconds = 10;   ///< so long no byte of an answer has moved
    unsigned handler_threads = 3;  ///< besides the one for slow routes
    HttpObserver observe = [](std::string_view, int, double) {};
    std::function<void(std::string_view message)> log = [](std::string_view) {};
};

/// Every function but the constructor and `stop` is for the one thread that runs it.
class HttpDaemon {
public:
    /// Throws std::system_error if there are no threads or descriptors to be had.
    HttpDaemon(ServerSettings settings, std::vector<Route> routes);
    ~HttpDaemon() { stop(); }
    HttpDaemon(const HttpDaemon&) = delete;
    HttpDaemon& operator=(const HttpDaemon&) = delete;

    /// Each becomes readable when there is something to do.
    std::array<int, 2> descriptors() const;

    /// After so long there is something to do all the same.
    int longest_wait_milliseconds() const;

    bool has_room() const { return connections_.has_room(); }

    /// Serves the connection from here on.
    void admit(Descriptor socket, SystemAddress& peer);

    /// Reads and writes what can be without waiting, and hangs up on who is late.
    void run(SteadyTime now);

    /// Ends all connections; waits only for handlers that are running. Nobody runs it any more.
    void stop();

private:
    struct Callbacks;
    struct Answering;

    void start();
    bool proceed(Answering& answering, const RawHead& head, std::string_view part);
    using Job = void (HttpDaemon::*)(Answering&);
    void work_out(Answering& answering, Job job);
    void answer(Answering& answering);
    void refill(Answering& answering);
    void worked_out(Answering& answering);
    void resume_worked_out();
    bool send(Answering& answering);
    void finish(const Answering& answering, int status);

    const ServerSettings settings_;
    const Router router_;
    Connections connections_;
    MHD_Daemon* daemon_ = nullptr;

    std::atomic<bool> is_stopping_ = false;
    Descriptor wake_;  ///< an eventfd: there is something in worked_out_
    std::mutex mutex_;
    std::vector<Answering*> worked_out_;  ///< whose job is done; one a connection at most, and room for them all
    Workers quick_;
    Workers slow_{1};
};

}  // namespace mxfleet
