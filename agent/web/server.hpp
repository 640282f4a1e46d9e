// The HTTP server. One thread accepts, reads and writes, and never blocks; a few others run the handlers. So neither a
// slow client nor a slow handler delays another. It knows nothing of mail.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/web/connections.hpp"
#include "agent/web/daemon.hpp"
#include "agent/web/descriptor.hpp"
#include "agent/web/door.hpp"
#include "agent/web/http.hpp"
#include "probes/model/settings.hpp"

namespace mxfleet {

class Server {
public:
    /// Listens and serves, or says why not. Handlers and producers run on the handler threads, `settings.observe` and
    /// `settings.log` on any of the server's.
    static std::expected<std::unique_ptr<Server>, std::string> start(const std::vector<SocketAddress>& listen,
                                                                     ServerSettings settings,
                                                                     std::vector<Route> routes);
    ~Server() { stop(); }

    /// Serves by other settings from now on, or says why not and goes on as before. Who is being answered is answered
    /// still; who waits is hung up on. From one thread other than its own.
    std::expected<void, std::string> replace(ServerSettings settings);

    /// Where it listens, with the ports that were chosen for port 0.
    std::vector<SocketAddress> addresses() const { return door_.addresses(); }

    /// Ends all connections at once and waits only for handlers that are running. Nothing is called afterwards.
    void stop();

private:
    Server(ServerSettings settings, std::vector<Route> routes, std::vector<Listener> listeners, Descriptor wake);

    /// One that another has taken the place of.
    struct Retired {
        std::unique_ptr<HttpDaemon> daemon;
        SteadyTime since;
    };

    void run();
    void wait_for_events();
    void take_next();
    void run_retired();

    Door door_;
    Descriptor wake_;  ///< an eventfd: there is a next daemon, or it stops
    std::vector<pollfd> watched_;
    const std::vector<Route> routes_;
    std::unique_ptr<HttpDaemon> daemon_;
    std::vector<Retired> retired_;
    std::atomic<bool> is_stopping_ = false;
    std::mutex mutex_;
    std::unique_ptr<HttpDaemon> next_;
    std::jthread thread_;
};

}  // namespace mxfleet
