#include "tests/lab/dns_server.hpp"

#include <fmt/format.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <stdexcept>

#include "tests/lab/awaiting.hpp"
#include "tests/lab/dns_answer.hpp"

namespace mxfleet::lab {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

constexpr unsigned most_connections = 1000;
constexpr auto tcp_lifetime = std::chrono::seconds(10);

asio::awaitable<bool> read_query(tcp::socket& socket, std::string& query) {
    std::array<unsigned char, 2> length{};
    const auto [no_length, got] = co_await asio::async_read(socket, asio::buffer(length), as_result);
    if (no_length) co_return false;
    query.resize(static_cast<std::size_t>(length[0] << 8 | length[1]));
    const auto [cut, all] = co_await asio::async_read(socket, asio::buffer(query), as_result);
    co_return !cut;
}

std::string framed(const std::string& answer) {
    std::string frame{static_cast<char>(answer.size() >> 8), static_cast<char>(answer.size() & 0xff)};
    return frame + answer;
}

}  // namespace

DnsServer::DnsServer(asio::io_context& context, const Zone& zone, std::uint16_t port)
    : context_(context), zone_(zone), udp_(context), tcp_(context) {
    constexpr int attempts = 20;  // a port that is free for UDP may be taken for TCP
    for (int attempt = 1;; ++attempt) {
        try {
            bind(port);
            return;
        } catch (const asio::system_error& error) {
            if (port == 0 && attempt < attempts) continue;
            throw std::runtime_error(
                fmt::format("cannot serve DNS on 127.0.0.1 port {}: {}", port, error.code().message()));
        }
    }
}

void DnsServer::bind(std::uint16_t port) {
    const auto loopback = asio::ip::address_v4::loopback();
    udp_ = udp::socket(context_, udp::endpoint(loopback, port));
    udp_.set_option(asio::socket_base::receive_buffer_size(4 << 20));
    tcp_ = tcp::acceptor(context_, tcp::endpoint(loopback, udp_.local_endpoint().port()));
}

void DnsServer::start() {
    asio::co_spawn(context_, serve_udp(), rethrow);
    asio::co_spawn(context_, accept_tcp(), rethrow);
}

asio::awaitable<void> DnsServer::serve_udp() {
    std::array<char, 4096> buffer{};
    for (;;) {
        udp::endpoint peer;
        const auto [error, size] = co_await udp_.async_receive_from(asio::buffer(buffer), peer, as_result);
        if (error == asio::error::operation_aborted) co_return;
        if (error) continue;  // an ICMP error about an earlier answer
        const auto answer = dns_answer(zone_, {buffer.data(), size}, Transport::udp);
        if (!answer) continue;
        asio::error_code ignored;  // who cannot be reached asks again
        udp_.send_to(asio::buffer(*answer), peer, 0, ignored);
    }
}

asio::awaitable<void> DnsServer::accept_tcp() {
    for (;;) {
        auto [error, socket] = co_await tcp_.async_accept(as_result);
        if (error == asio::error::operation_aborted) co_return;
        if (error) {
            co_await pause(out_of_descriptors_pause);
        }
        if (error || connections_ >= most_connections) continue;
        auto session = serve_tcp(std::make_shared<tcp::socket>(std::move(socket)));
        asio::co_spawn(context_, std::move(session), rethrow);
    }
}

asio::awaitable<void> DnsServer::serve_tcp(std::shared_ptr<tcp::socket> socket) {
    ++connections_;
    asio::steady_timer end(context_, tcp_lifetime);
    const auto cut_off = [socket](asio::error_code error) {
        if (!error) socket->close(error);
    };
    end.async_wait(cut_off);
    std::string query;
    for (;;) {
        const bool has_query = co_await read_query(*socket, query);
        if (!has_query) break;
        const auto answer = dns_answer(zone_, query, Transport::tcp);
        if (!answer) continue;
        const std::string frame = framed(*answer);
        const auto [error, sent] = co_await asio::async_write(*socket, asio::buffer(frame), as_result);
        if (error) break;
    }
    --connections_;
}

}  // namespace mxfleet::lab
