#include "tests/lab/mail_servers.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <asio/any_io_executor.hpp>
#include <asio/co_spawn.hpp>
#include <stdexcept>

namespace mxfleet::lab {
namespace {

using asio::ip::tcp;

constexpr int backlog = 4096;

tcp::acceptor bound(asio::io_context& context, const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(context, endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    return acceptor;
}

/// A connection that fills the queue of a listener with backlog 0: from then on Linux drops whoever asks.
tcp::socket fill(asio::io_context& context, const tcp::endpoint& endpoint) {
    tcp::socket filler(context);
    filler.connect(endpoint);
    return filler;
}

/// Both ends, whatever the listener is bound to.
bool is_local(const tcp::socket& socket) {
    asio::error_code error;
    const auto here = socket.local_endpoint(error).address();
    const auto there = socket.remote_endpoint(error).address();
    return !error && here.is_loopback() && there.is_loopback();
}

asio::awaitable<void> serve(tcp::socket socket, RunningServer* running, Identity identity,
                            const SessionSettings* settings, Reaper* reaper) {
    Session session(std::move(socket), *running, std::move(identity), *settings, *reaper);
    co_await session.run();
}

}  // namespace

void MailServers::listen(std::uint16_t port, std::uint16_t fleet_port) {
    constexpr int attempts = 50;  // a port that is free on one address may be taken on another
    for (int attempt = 1;; ++attempt) {
        try {
            listen_on_seats(port);
            break;
        } catch (const std::runtime_error&) {
            if (port != 0 || attempt == attempts) throw;
        }
    }
    if (!world_.fleet_size().is_empty()) listen_for_fleet(fleet_port);
}

void MailServers::listen_on_seats(std::uint16_t port) {
    listeners_.clear();
    fillers_.clear();
    mute_.clear();
    port_ = port;
    for (const Seat& seat : world_.seats()) {
        const tcp::endpoint endpoint(seat.address, port_);
        try {
            listen_on(seat, endpoint);
        } catch (const asio::system_error& error) {
            const std::string host = seat.address.to_string();
            throw std::runtime_error(
                fmt::format("cannot listen on {} port {}: {}", host, port_, error.code().message()));
        }
    }
}

void MailServers::listen_on(const Seat& seat, const tcp::endpoint& endpoint) {
    auto& context = workers_.first().context;
    auto acceptor = bound(context, endpoint);
    port_ = acceptor.local_endpoint().port();
    switch (seat.presence) {
        case Host::Presence::listens:
            acceptor.listen(backlog);
            listeners_.push_back({&seat, std::move(acceptor)});
            return;
        case Host::Presence::refuses: break;  // it keeps others from listening there
        case Host::Presence::drops:
            acceptor.listen(0);
            fillers_.push_back(fill(context, acceptor.local_endpoint()));
            break;
    }
    mute_.push_back(std::move(acceptor));
}

void MailServers::listen_for_fleet(std::uint16_t port) {
    auto acceptor = bound(workers_.first().context, {asio::ip::address_v4::any(), port});
    // So that nobody outside is even answered. Where it is not allowed, is_local() still keeps them out.
    constexpr std::string_view loopback_device = "lo";
    ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_BINDTODEVICE, loopback_device.data(),
                 static_cast<socklen_t>(loopback_device.size()));
    acceptor.listen(backlog);
    fleet_port_ = acceptor.local_endpoint().port();
    fleet_.push_back(std::move(acceptor));
}

void MailServers::start() {
    auto& context = workers_.first().context;
    for (Listener& listener : listeners_) {
        asio::co_spawn(context, accept_for_seat(listener), rethrow);
    }
    if (!fleet_.empty()) asio::co_spawn(context, accept_for_fleet(), rethrow);
}

asio::awaitable<void> MailServers::accept_for_seat(Listener& listener) {
    for (;;) {
        Worker& worker = workers_.next();
        const asio::any_io_executor executor = worker.context.get_executor();
        auto [error, socket] = co_await listener.acceptor.async_accept(executor, as_result);
        if (error) {
            co_await pause(out_of_descriptors_pause);
        }
        if (error || !is_local(socket)) continue;
        auto session =
            serve(std::move(socket), listener.seat->running, listener.seat->identity, &settings_, &worker.reaper);
        asio::co_spawn(worker.context, std::move(session), rethrow);
    }
}

asio::awaitable<void> MailServers::accept_for_fleet() {
    for (;;) {
        Worker& worker = workers_.next();
        const asio::any_io_executor executor = worker.context.get_executor();
        auto [error, socket] = co_await fleet_.front().async_accept(executor, as_result);
        if (error) {
            co_await pause(out_of_descriptors_pause);
        }
        if (error || !is_local(socket)) continue;
        const auto dialled = socket.local_endpoint(error);
        auto seat = world_.fleet_seat(dialled.address());
        if (error || !seat) continue;
        auto session = serve(std::move(socket), seat->running, std::move(seat->identity), &settings_, &worker.reaper);
        asio::co_spawn(worker.context, std::move(session), rethrow);
    }
}

bool has_ipv6_loopback() {
    try {
        asio::io_context context;
        const auto acceptor = bound(context, {asio::ip::address_v6::loopback(), 0});
        return true;
    } catch (const asio::system_error&) {
        return false;
    }
}

}  // namespace mxfleet::lab
