// Listens on the addresses of the conditions and of the fleet, and starts a session for each connection. Loopback only.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <vector>

#include "tests/lab/session.hpp"
#include "tests/lab/workers.hpp"
#include "tests/lab/world.hpp"

namespace mxfleet::lab {

class MailServers {
public:
    /// What is referred to outlives this, and the settings outlive the workers' contexts.
    MailServers(World& world, Workers& workers, const SessionSettings& settings)
        : world_(world), workers_(workers), settings_(settings) {}

    /// Each seat has a listener, on the same port; 0 takes one that is free on all. One listener serves the whole
    /// fleet, which therefore has a port of its own: on the seats' port some addresses must refuse. Throws
    /// std::runtime_error.
    void listen(std::uint16_t port, std::uint16_t fleet_port);

    std::uint16_t port() const { return port_; }
    std::uint16_t fleet_port() const { return fleet_port_; }  ///< 0 without a fleet

    /// Accepts as long as the workers run.
    void start();

private:
    struct Listener {
        const Seat* seat;
        asio::ip::tcp::acceptor acceptor;
    };

    void listen_on_seats(std::uint16_t port);
    void listen_on(const Seat& seat, const asio::ip::tcp::endpoint& endpoint);
    void listen_for_fleet(std::uint16_t port);
    asio::awaitable<void> accept_for_seat(Listener& listener);
    asio::awaitable<void> accept_for_fleet();

    World& world_;
    Workers& workers_;
    const SessionSettings& settings_;
    std::uint16_t port_ = 0;
    std::uint16_t fleet_port_ = 0;
    std::deque<Listener> listeners_;
    std::vector<asio::ip::tcp::acceptor> mute_;  ///< they refuse or drop, and never accept
    std::vector<asio::ip::tcp::socket> fillers_;
    std::vector<asio::ip::tcp::acceptor> fleet_;  ///< one or none
};

/// Whether this machine has ::1.
bool has_ipv6_loopback();

}  // namespace mxfleet::lab
