// Answers DNS queries over UDP and TCP from a zone. Serves one thread; loopback only.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>
#include <memory>

#include "tests/lab/zone.hpp"

namespace mxfleet::lab {

class DnsServer {
public:
    /// Binds 127.0.0.1:port; 0 takes a port that is free for both. Throws std::runtime_error.
    DnsServer(asio::io_context& context, const Zone& zone, std::uint16_t port);

    std::uint16_t port() const { return udp_.local_endpoint().port(); }

    /// Serves as long as the context runs.
    void start();

private:
    void bind(std::uint16_t port);
    asio::awaitable<void> serve_udp();
    asio::awaitable<void> accept_tcp();
    asio::awaitable<void> serve_tcp(std::shared_ptr<asio::ip::tcp::socket> socket);

    asio::io_context& context_;
    const Zone& zone_;
    asio::ip::udp::socket udp_;
    asio::ip::tcp::acceptor tcp_;
    unsigned connections_ = 0;
};

}  // namespace mxfleet::lab
