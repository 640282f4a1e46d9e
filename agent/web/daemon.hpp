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
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/web/connections.hpp"
#include "agent/web/descriptor.hpp"
#include "agent/web/exchange.hpp"
#include "agent/web/guard.hpp"
#include "agent/web/http.hpp"
#include "agent/web/listener.hpp"
#include "agent/web/router.hpp"
#include "agent/web/web_config.hpp"
#include "agent/web/workers.hpp"

struct MHD_Connection;
struct MHD_Daemon;

namespace mxfleet {

/// What is shown to clients, and asked of them, as PEM.
struct TlsMaterial {
    std::string certificate;  ///< and its chain
    std::string key;
    std::string client_ca;
    ClientAuth client_auth = ClientAuth::none;
    bool only_1_3 = false;

    bool operator==(const TlsMaterial&) const = default;
};

struct ServerSettings {
    std::optional<TlsMaterial> tls;  ///< empty: plain HTTP
    std::shared_ptr<Guard> guard;    ///< null: everybody may ask
    std::vector<HttpField> headers;  ///< of every answer that has none of that name
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
    /// Throws std::system_error if there are no threads or descriptors to be had, or key and certificate do not match.
    HttpDaemon(ServerSettings settings, std::vector<Route> routes);
    ~HttpDaemon() { stop(); }
    HttpDaemon(const HttpDaemon&) = delete;
    HttpDaemon& operator=(const HttpDaemon&) = delete;

    /// Each becomes readable when there is something to do.
    std::array<int, 2> descriptors() const;

    /// After so long there is something to do all the same.
    int longest_wait_milliseconds() const;

    /// Another has taken its place: it answers what was asked already, and nobody stays.
    void retire() { is_retired_ = true; }
    bool is_idle() const { return connections_.is_empty(); }

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
    using Job = void (HttpDaemon::*)(Answering&);

    void start();
    Workers& workers_for(const Answering& answering, Job job);
    bool trusts(MHD_Connection* connection) const;
    bool proceed(Answering& answering, const RawHead& head, std::string_view part);
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
    bool is_retired_ = false;
    Workers quick_;
    Workers slow_{1};
    Workers judging_{1};  ///< of who is at the door, where that takes a hash
};

}  // namespace mxfleet
