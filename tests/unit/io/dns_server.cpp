#include "tests/unit/io/dns_server.hpp"

#include <asio/read.hpp>
#include <asio/write.hpp>
#include <utility>

#include "probes/wire/dns_name.hpp"

namespace mxfleet::testing_dns {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

/// Of the two kinds of port it is TCP's that others hold in great numbers: that one is chosen by the system.
tcp::acceptor listening(asio::io_context& context, const std::string& ip) {
    return {context, tcp::endpoint(asio::ip::make_address(ip), 0)};
}

udp::socket bound(asio::io_context& context, const tcp::endpoint& like) {
    udp::socket socket(context, udp::endpoint(like.address(), like.port()));
    socket.set_option(asio::socket_base::receive_buffer_size(1 << 20));
    return socket;
}

DnsQuestion question_of(const std::vector<std::uint8_t>& query) {
    const auto name = read_name(query, dns_header_size);
    const auto id = static_cast<std::uint16_t>(query[0] << 8 | query[1]);
    return {id, name->text, RecordType{query[name->next + 1]}};
}

}  // namespace

DnsServer::DnsServer(asio::io_context& context, const std::string& ip, OnQuery on_query)
    : tcp_(listening(context, ip)), udp_(bound(context, tcp_.local_endpoint())), on_query_(std::move(on_query)) {
    receive();
    accept();
}

SocketAddress DnsServer::address() const {
    const auto endpoint = udp_.local_endpoint();
    return {*IpAddress::parse(endpoint.address().to_string()), endpoint.port()};
}

void DnsServer::reply(const Asked& asked, const std::vector<std::uint8_t>& bytes) {
    if (!asked.is_tcp()) {
        udp_.send_to(asio::buffer(bytes), asked.from);
        return;
    }
    const std::array length = {static_cast<std::uint8_t>(bytes.size() >> 8),
                               static_cast<std::uint8_t>(bytes.size() & 0xFF)};
    asio::write(*asked.connection, asio::buffer(length));
    asio::write(*asked.connection, asio::buffer(bytes));
}

void DnsServer::receive() {
    udp_.async_receive_from(asio::buffer(room_), from_, [this](const asio::error_code& error, std::size_t size) {
        if (error) return;
        Asked asked;
        asked.from = from_;
        take(std::move(asked), std::span(room_).first(size));
        receive();
    });
}

void DnsServer::accept() {
    tcp_.async_accept([this](const asio::error_code& error, tcp::socket socket) {
        if (error) return;
        read(std::make_shared<tcp::socket>(std::move(socket)));
        accept();
    });
}

/// One query, which on the loopback comes whole.
void DnsServer::read(const std::shared_ptr<tcp::socket>& connection) {
    const auto room = std::make_shared<Room>();
    const auto on_read = [this, connection, room](const asio::error_code& error, std::size_t size) {
        if (error || size < 2) return;
        Asked asked;
        asked.connection = connection;
        take(std::move(asked), std::span(*room).subspan(2, size - 2));
    };
    connection->async_read_some(asio::buffer(*room), on_read);
}

void DnsServer::take(Asked asked, std::span<const std::uint8_t> query) {
    asked.bytes.assign(query.begin(), query.end());
    asked.question = question_of(asked.bytes);
    asked_.push_back(asked);
    on_query_(*this, asked);
}

}  // namespace mxfleet::testing_dns
