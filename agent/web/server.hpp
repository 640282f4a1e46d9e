// The HTTP server. One thread accepts, reads and writes, and never blocks; a few others run the handlers. So neither a
// slow client nor a slow handler delays another. It knows nothing of mail.
#pragma once

#include <expected>
#include <memory>
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

    /// Where it listens, with the ports that were chosen for port 0.
    std::vector<SocketAddress> addresses() const { return door_.addresses(); }

    /// Ends all connections at once and waits only for handlers that are running. Nothing is called afterwards.
    void stop();

private:
    Server(ServerSettings settings, std::vector<Route> routes, std::vector<Listener> listeners, Descriptor stopping);

    void run();
    void wait_for_events();

    Door door_;
    Descriptor stopping_;  ///< an eventfd
    std::vector<pollfd> watched_;
    HttpDaemon daemon_;
    std::jthread thread_;
};

}  // namespace mxfleet
