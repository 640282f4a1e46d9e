#include "tests/lab/dns_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mxfleet::lab {
namespace {

constexpr std::size_t most_bytes = 255;
constexpr std::size_t most_in_label = 63;
constexpr std::string_view ipv4_suffix = ".in-addr.arpa";

std::size_t length_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::string wire_name(std::string_view text) {
    std::string wire;
    while (!text.empty()) {
        const auto label = text.substr(0, text.find('.'));
        wire += static_cast<char>(label.size());
        wire += label;
        text.remove_prefix(std::min(text.size(), label.size() + 1));
    }
    return wire + '\0';
}

std::optional<std::string_view> read_name(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && at < most_bytes) {
        const std::size_t length = length_at(bytes, at);
        if (length == 0) return bytes.substr(0, at + 1);
        if (length > most_in_label) return std::nullopt;
        at += length + 1;
    }
    return std::nullopt;
}

std::string lower_case(std::string_view wire) {
    std::string result(wire);
    std::ranges::transform(result, result.begin(), lower);  // lengths are below 'A'
    return result;
}

std::string name_text(std::string_view wire) {
    std::string text;
    for (std::size_t at = 0; at < wire.size() && length_at(wire, at) != 0; at += length_at(wire, at) + 1) {
        if (at > 0) text += '.';
        for (const char c : wire.substr(at + 1, length_at(wire, at))) {
            text += is_plain(c) ? c : '?';
        }
    }
    return text;
}

std::optional<std::string_view> parent(std::string_view wire) {
    const std::size_t length = length_at(wire, 0);
    if (length == 0) return std::nullopt;
    return wire.substr(length + 1);
}

std::string reverse_name(const asio::ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return fmt::format("{}.{}.{}.{}{}", bytes[3], bytes[2], bytes[1], bytes[0], ipv4_suffix);
    }
    std::string name;
    const auto bytes = address.to_v6().to_bytes();
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        name += fmt::format("{:x}.{:x}.", *byte & 0xf, *byte >> 4);
    }
    return name + "ip6.arpa";
}

std::optional<asio::ip::address_v4> address_of_reverse(std::string_view text) {
    if (!text.ends_with(ipv4_suffix)) return std::nullopt;
    text.remove_suffix(ipv4_suffix.size());
    asio::error_code error;
    const auto backwards = asio::ip::make_address_v4(std::string(text), error);
    if (error) return std::nullopt;
    auto bytes = backwards.to_bytes();
    std::ranges::reverse(bytes);
    return asio::ip::address_v4(bytes);
}

}  // namespace mxfleet::lab
