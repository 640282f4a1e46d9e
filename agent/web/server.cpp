#include "agent/web/server.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

namespace mxfleet {
namespace {

/// How often the clock is looked at when nothing happens.
constexpr int tick_milliseconds = 250;

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// Signals are for the main thread; a SIGPIPE is for nobody.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::start(const std::vector<SocketAddress>& listen,
                                                                  ServerSettings settings, std::vector<Route> routes) {
    auto listeners = listen_on(listen);
    if (!listeners) return std::unexpected(listeners.error());
    Descriptor stopping(eventfd(0, EFD_CLOEXEC));
    if (!stopping) return std::unexpected("cannot serve HTTP: " + std::generic_category().message(errno));
    try {
        return std::unique_ptr<Server>(
            new Server(std::move(settings), std::move(routes), std::move(*listeners), std::move(stopping)));
    } catch (const std::system_error& error) {
        return std::unexpected(std::string("cannot serve HTTP: ") + error.what());
    }
}

Server::Server(ServerSettings settings, std::vector<Route> routes, std::vector<Listener> listeners, Descriptor stopping)
    : door_(std::move(listeners)),
      stopping_(std::move(stopping)),
      daemon_(std::move(settings), std::move(routes)),
      thread_([this] { run(); }) {}

void Server::stop() {
    if (!thread_.joinable()) return;
    eventfd_write(stopping_.number(), 1);
    thread_.join();
    door_.close();
    daemon_.stop();
}

void Server::run() {
    block_signals();
    while (true) {
        wait_for_events();
        if (watched_[0].revents != 0) return;
        const auto admit = [this](Descriptor socket, SystemAddress& peer) {
            daemon_.admit(std::move(socket), peer);
            return daemon_.has_room();
        };
        if (daemon_.has_room()) door_.accept(admit, now());
        daemon_.run(now());
    }
}

/// Sleeps until something is to be done, or the tick. Where there is no room, newcomers wait in the kernel's queue.
void Server::wait_for_events() {
    watched_ = {{stopping_.number(), POLLIN, 0}};
    for (const int descriptor : daemon_.descriptors())
        watched_.push_back({descriptor, POLLIN, 0});
    if (daemon_.has_room()) door_.watch(watched_, now());
    poll(watched_.data(), watched_.size(), std::min(tick_milliseconds, daemon_.longest_wait_milliseconds()));
}

}  // namespace mxfleet
