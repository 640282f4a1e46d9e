#include "http_client.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "agent/web/listener.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet::test {
namespace {

Answer parse_head(std::string_view head) {
    Answer answer;
    answer.status = std::stoi(std::string(head.substr(head.find(' ') + 1, 3)));
    while (true) {
        head.remove_prefix(head.find("\r\n") + 2);
        const std::string_view line = head.substr(0, head.find("\r\n"));
        if (line.empty()) return answer;
        const std::size_t colon = line.find(':');
        answer.fields[lower_case(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    }
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0)
        setsockopt(socket_.number(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    SystemAddress address = system_address({IpAddress::v4({127, 0, 0, 1}), port});
    if (connect(socket_.number(), address.get(), address.length) != 0) socket_.close();
}

void HttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void HttpClient::end_sending() {
    shutdown(socket_.number(), SHUT_WR);
}

bool HttpClient::receive(std::chrono::milliseconds patience) {
    if (has_ended_) return false;
    pollfd waiting{socket_.number(), POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(patience.count())) != 1) return false;
    std::array<char, 65536> room;
    const ssize_t length = recv(socket_.number(), room.data(), room.size(), 0);
    has_ended_ = length <= 0;
    if (has_ended_) return false;
    received_.append(room.data(), static_cast<std::size_t>(length));
    return true;
}

bool HttpClient::is_closed_within(std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!has_ended_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        receive(left);
    }
    return true;
}

std::optional<Answer> HttpClient::answer(bool has_body) {
    if (!receive_until("\r\n\r\n")) return std::nullopt;
    Answer answer = parse_head(take(received_.find("\r\n\r\n") + 4));
    if (!has_body || answer.status == 204) return answer;
    std::optional<std::string> body;
    if (answer.fields.contains("transfer-encoding")) {
        body = take_chunks();
    } else if (answer.fields.contains("content-length")) {
        const std::size_t length = std::stoul(answer.fields["content-length"]);
        if (receive_bytes(length)) body = take(length);
    } else {
        body = take_to_end();
    }
    if (!body) return std::nullopt;
    answer.body = std::move(*body);
    return answer;
}

bool HttpClient::receive_until(std::string_view mark) {
    while (!received_.contains(mark)) {
        if (!receive()) return false;
    }
    return true;
}

bool HttpClient::receive_bytes(std::size_t count) {
    while (received_.size() < count) {
        if (!receive()) return false;
    }
    return true;
}

std::string HttpClient::take(std::size_t count) {
    std::string taken = received_.substr(0, count);
    received_.erase(0, count);
    return taken;
}

std::optional<std::string> HttpClient::take_chunks() {
    std::string body;
    while (receive_until("\r\n")) {
        const std::size_t length = std::stoul(take(received_.find("\r\n") + 2), nullptr, 16);
        if (!receive_bytes(length + 2)) return std::nullopt;
        body += take(length);
        take(2);
        if (length == 0) return body;
    }
    return std::nullopt;
}

std::optional<std::string> HttpClient::take_to_end() {
    while (receive()) {
    }
    return has_ended_ ? std::optional(take(received_.size())) : std::nullopt;
}

std::optional<Answer> get(std::uint16_t port, std::string_view target, std::string_view more_fields) {
    HttpClient client(port);
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_fields) + "\r\n");
    return client.answer();
}

}  // namespace mxfleet::test
