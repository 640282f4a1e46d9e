#include "tests/unit/smtp/scripted_server.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace mxfleet::testing {
namespace {

/// The address as bind(2) and getsockname(2) want it.
struct SocketName {
    sockaddr_storage storage{};
    socklen_t size = 0;

    explicit SocketName(const IpAddress& ip) {
        storage.ss_family = ip.is_v6 ? AF_INET6 : AF_INET;
        size = ip.is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        void* const address = ip.is_v6 ? static_cast<void*>(&v6().sin6_addr) : static_cast<void*>(&v4().sin_addr);
        std::memcpy(address, ip.bytes.data(), ip.is_v6 ? 16 : 4);
    }

    sockaddr* name() { return reinterpret_cast<sockaddr*>(&storage); }
    sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(storage); }
    sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(storage); }
    std::uint16_t port() { return ntohs(storage.ss_family == AF_INET6 ? v6().sin6_port : v4().sin_port); }
};

}  // namespace

Peer::~Peer() {
    SSL_free(ssl_);
    ::close(socket_);
}

void Peer::send(std::string_view bytes) {
    if (ssl_ != nullptr) {
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        return;
    }
    send_raw(bytes);
}

void Peer::send_raw(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// What `write` makes OpenSSL send.
std::string Peer::records_of(const std::function<void()>& write) {
    SSL_set0_wbio(ssl_, BIO_new(BIO_s_mem()));
    write();
    char* records = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(SSL_get_wbio(ssl_), &records));
    std::string made(records, size);
    BIO_up_ref(SSL_get_rbio(ssl_));
    SSL_set0_wbio(ssl_, SSL_get_rbio(ssl_));
    return made;
}

std::string Peer::session_tickets(int count) {
    return records_of([&] {
        for (int made = 0; made < count; ++made) {
            SSL_new_session_ticket(ssl_);
            SSL_do_handshake(ssl_);
        }
    });
}

void Peer::send_half_a_record(std::string_view bytes) {
    const std::string record = records_of([&] { SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())); });
    send_raw(std::string_view(record).substr(0, record.size() / 2));
}

int Peer::receive(char* room, int size) {
    if (ssl_ != nullptr) return SSL_read(ssl_, room, size);
    return static_cast<int>(::recv(socket_, room, static_cast<std::size_t>(size), 0));
}

std::string Peer::line() {
    for (;;) {
        const auto end = unread_.find("\r\n");
        if (end != unread_.npos) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 2);
            return line;
        }
        std::array<char, 512> room;
        const int got = receive(room.data(), static_cast<int>(room.size()));
        if (got <= 0) return {};
        unread_.append(room.data(), static_cast<std::size_t>(got));
    }
}

void Peer::answer(std::string_view word, std::string_view reply) {
    const std::string said = line();
    EXPECT_TRUE(said.starts_with(word)) << "expected " << word << ", the client said: " << said;
    send(reply);
}

void Peer::start_tls(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, socket_);
    SSL_accept(ssl_);
}

void Peer::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::shutdown(socket_, SHUT_RD);
}

void Peer::wait_for_the_end() {
    std::array<char, 512> room;
    while (receive(room.data(), static_cast<int>(room.size())) > 0) {
    }
}

ScriptedServer::ScriptedServer(Script script, const char* ip) : ip_(*IpAddress::parse(ip)) {
    SocketName name(ip_);
    listener_ = ::socket(name.storage.ss_family, SOCK_STREAM, 0);
    if (::bind(listener_, name.name(), name.size) != 0 || ::listen(listener_, 8) != 0) {
        throw std::runtime_error("cannot listen on loopback");
    }
    ::getsockname(listener_, name.name(), &name.size);
    port_ = name.port();
    thread_ = std::thread([listener = listener_, script = std::move(script)] {
        const int socket = ::accept(listener, nullptr, nullptr);
        if (socket < 0) return;
        const timeval limit{10, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        Peer peer(socket);
        script(peer);
    });
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes an accept that nobody came to
    join();
    ::close(listener_);
}

void ScriptedServer::join() {
    if (thread_.joinable()) thread_.join();
}

}  // namespace mxfleet::testing
