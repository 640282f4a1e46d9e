// A client that speaks just as much HTTP as a test tells it to: bytes out, and answers taken apart. On 127.0.0.1 only.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/web/descriptor.hpp"

namespace mxfleet::test {

struct Answer {
    int status = 0;
    std::map<std::string, std::string> fields;  ///< names in lower case
    std::string body;                           ///< without the chunks' framing
};

class HttpClient {
public:
    /// Connects; a `receive_buffer` is the most the kernel takes before we read.
    explicit HttpClient(std::uint16_t port, int receive_buffer = 0);

    bool is_connected() const { return static_cast<bool>(socket_); }

    /// Sends all of it, as far as the server takes it.
    void send(std::string_view bytes);

    /// No more will be sent.
    void end_sending();

    /// Waits for more bytes; false if the connection has ended, or nothing came in time.
    bool receive(std::chrono::milliseconds patience = std::chrono::seconds{10});

    /// Whether the server ends the connection in that time. What it sends before is kept.
    bool is_closed_within(std::chrono::milliseconds patience);

    /// The next answer, taken out of what was received; empty if the connection ends before it is whole.
    std::optional<Answer> answer(bool has_body = true);

    /// What was received and not taken.
    const std::string& rest() const { return received_; }

private:
    bool receive_until(std::string_view mark);
    bool receive_bytes(std::size_t count);
    std::string take(std::size_t count);
    std::optional<std::string> take_chunks();
    std::optional<std::string> take_to_end();

    Descriptor socket_;
    std::string received_;
    bool has_ended_ = false;
};

/// `GET <target>` and the answer to it, on a connection of its own.
std::optional<Answer> get(std::uint16_t port, std::string_view target, std::string_view more_fields = "");

}  // namespace mxfleet::test
