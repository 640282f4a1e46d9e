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

/// As long as a handler and its answer may take.
constexpr Duration retirement = std::chrono::seconds{130};

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
    Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake) return std::unexpected("cannot serve HTTP: " + std::generic_category().message(errno));
    try {
        return std::unique_ptr<Server>(
            new Server(std::move(settings), std::move(routes), std::move(*listeners), std::move(wake)));
    } catch (const std::system_error& error) {
        return std::unexpected(std::string("cannot serve HTTP: ") + error.what());
    }
}

Server::Server(ServerSettings settings, std::vector<Route> routes, std::vector<Listener> listeners, Descriptor wake)
    : door_(std::move(listeners)),
      wake_(std::move(wake)),
      routes_(std::move(routes)),
      daemon_(std::make_unique<HttpDaemon>(std::move(settings), routes_)),
      thread_([this] { run(); }) {}

std::expected<void, std::string> Server::replace(ServerSettings settings) {
    try {
        auto next = std::make_unique<HttpDaemon>(std::move(settings), routes_);
        const std::lock_guard lock(mutex_);
        next_ = std::move(next);
    } catch (const std::system_error& error) {
        return std::unexpected(std::string("cannot serve HTTP so: ") + error.what());
    }
    eventfd_write(wake_.number(), 1);
    return {};
}

void Server::stop() {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    eventfd_write(wake_.number(), 1);
    thread_.join();
    door_.close();
    daemon_->stop();
    retired_.clear();
}

void Server::run() {
    block_signals();
    while (true) {
        wait_for_events();
        if (is_stopping_) return;
        if (watched_[0].revents != 0) take_next();
        const auto admit = [this](Descriptor socket, SystemAddress& peer) {
            daemon_->admit(std::move(socket), peer);
            return daemon_->has_room();
        };
        if (daemon_->has_room()) door_.accept(admit, now());
        daemon_->run(now());
        run_retired();
    }
}

void Server::take_next() {
    eventfd_t ignored = 0;
    eventfd_read(wake_.number(), &ignored);
    const std::lock_guard lock(mutex_);
    if (!next_) return;
    daemon_->retire();
    retired_.push_back({std::exchange(daemon_, std::move(next_)), now()});
}

/// One that has nobody left, or has had the time that any answer gets, goes.
void Server::run_retired() {
    for (const Retired& each : retired_)
        each.daemon->run(now());
    std::erase_if(retired_,
                  [](const Retired& each) { return each.daemon->is_idle() || now() - each.since > retirement; });
}

/// Sleeps until something is to be done, or the tick. Where there is no room, newcomers wait in the kernel's queue.
void Server::wait_for_events() {
    watched_ = {{wake_.number(), POLLIN, 0}};
    int wait = std::min(tick_milliseconds, daemon_->longest_wait_milliseconds());
    for (const int descriptor : daemon_->descriptors())
        watched_.push_back({descriptor, POLLIN, 0});
    for (const Retired& each : retired_) {
        for (const int descriptor : each.daemon->descriptors())
            watched_.push_back({descriptor, POLLIN, 0});
        wait = std::min(wait, each.daemon->longest_wait_milliseconds());
    }
    if (daemon_->has_room()) door_.watch(watched_, now());
    poll(watched_.data(), watched_.size(), wait);
}

}  // namespace mxfleet
