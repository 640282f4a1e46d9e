// A name server for tests: UDP and TCP on one port of the loopback, answering as it is told, on the test's own thread.
#pragma once

#include <array>
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "probes/model/settings.hpp"
#include "probes/wire/dns_query.hpp"

namespace mxfleet::testing_dns {

/// A query that has come.
struct Asked {
    std::vector<std::uint8_t> bytes;
    DnsQuestion question;
    asio::ip::udp::endpoint from;
    std::shared_ptr<asio::ip::tcp::socket> connection;  ///< set where it came over TCP

    bool is_tcp() const { return connection != nullptr; }
    bool has_edns() const { return bytes[11] == 1; }
};

class DnsServer {
public:
    using OnQuery = std::function<void(DnsServer&, const Asked&)>;

    DnsServer(asio::io_context& context, const std::string& ip, OnQuery on_query);

    SocketAddress address() const;
    const std::vector<Asked>& asked() const { return asked_; }

    void reply(const Asked& asked, const std::vector<std::uint8_t>& bytes);

private:
    using Room = std::array<std::uint8_t, 2048>;

    void receive();
    void accept();
    void read(const std::shared_ptr<asio::ip::tcp::socket>& connection);
    void take(Asked asked, std::span<const std::uint8_t> query);

    asio::ip::tcp::acceptor tcp_;
    asio::ip::udp::socket udp_;
    OnQuery on_query_;
    std::vector<Asked> asked_;
    Room room_{};
    asio::ip::udp::endpoint from_;
};

}  // namespace mxfleet::testing_dns
