// A server on loopback that does as it is told, one connection, on a thread of its own.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "probes/model/ip.hpp"

namespace mxfleet::testing {

/// The server's end of a connection. Every call gives up after ten seconds.
class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}
    ~Peer();
    Peer(const Peer&) = delete;

    void send(std::string_view bytes);

    /// The records of so many session tickets, which are no part of any reply: next to be sent, raw. Inside TLS only.
    std::string session_tickets(int count);

    void send_raw(std::string_view bytes);  ///< beneath TLS

    /// Sends the first half of the TLS record that these bytes make, and then nothing. Inside TLS only.
    void send_half_a_record(std::string_view bytes);

    /// The next line without its end; empty at the end of the connection.
    std::string line();

    /// Expects `word` at the start of the next line, and answers.
    void answer(std::string_view word, std::string_view reply);

    void start_tls(SSL_CTX* context);
    void reset();             ///< RST instead of FIN
    void wait_for_the_end();  ///< until the client hangs up

private:
    int receive(char* room, int size);
    std::string records_of(const std::function<void()>& write);

    int socket_;
    SSL* ssl_ = nullptr;
    std::string unread_;
};

class ScriptedServer {
public:
    using Script = std::function<void(Peer&)>;

    explicit ScriptedServer(Script script, const char* ip = "127.0.0.1");
    ~ScriptedServer();

    std::uint16_t port() const { return port_; }
    IpAddress ip() const { return ip_; }

    /// Waits for the script to end.
    void join();

private:
    IpAddress ip_;
    int listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace mxfleet::testing
