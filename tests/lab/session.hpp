// One SMTP session of one server: plays the server's steps, and speaks correct SMTP where there are none.
#pragma once

#include <asio/ip/tcp.hpp>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/lab/commands.hpp"
#include "tests/lab/connection.hpp"
#include "tests/lab/connection_log.hpp"
#include "tests/lab/server.hpp"

namespace mxfleet::lab {

/// A server as its sessions share it. Outlives them, and does not move.
struct RunningServer {
    const Server* server = nullptr;
    TlsContext tls;  ///< null: its handshakes fail
    Greylist greylist;
    std::atomic<unsigned> sessions{0};
    std::atomic<std::uint64_t> visits{0};
};

/// What holds for all sessions alike.
struct SessionSettings {
    double time_scale = 1;
    milliseconds greylist_delay{10'000};
    milliseconds idle_limit{60'000};
    ConnectionLog* log = nullptr;

    milliseconds scaled(milliseconds lab_time) const {
        return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(lab_time.count()) * time_scale));
    }
};

class Session {
public:
    /// `identity` is the server's for this address. What is referred to outlives the session.
    Session(asio::ip::tcp::socket socket, RunningServer& running, Identity identity, const SessionSettings& settings,
            Reaper& reaper);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    asio::awaitable<void> run();

private:
    bool is_turned_away() const;
    asio::awaitable<void> converse();
    const Reply& reply_for(std::string_view verb) const;

    // These are false when the session is over.

    /// Plays the steps; `command` is the line they answer.
    asio::awaitable<bool> play(const Reply& reply, std::string_view command);
    asio::awaitable<bool> perform(const Step& step, std::string_view command);
    asio::awaitable<bool> answer_correctly(std::string_view command);
    asio::awaitable<bool> listen_for_early_talkers(milliseconds pause_for);
    asio::awaitable<bool> drip(const Step& step);
    asio::awaitable<bool> flood(const std::string& text);
    asio::awaitable<bool> enter_tls();
    asio::awaitable<bool> read_message();
    asio::awaitable<bool> read_chunk(std::size_t bytes);
    asio::awaitable<bool> next_line(Line& line);

    /// To be sent before the next wait for the client.
    void queue(std::string_view text);
    std::string on_the_wire(std::string_view text) const;
    asio::awaitable<bool> flush();

    RunningServer& running_;
    const std::uint64_t visit_;
    const Server& server_;
    const Identity identity_;
    const SessionSettings& settings_;
    asio::ip::tcp::endpoint dialled_;
    std::uint64_t number_;
    const bool is_alone_;
    Commands commands_;
    LineBuffer input_;
    std::string output_;
    std::string last_verb_;
    bool only_quit_ = false;
    Connection connection_;
};

}  // namespace mxfleet::lab
