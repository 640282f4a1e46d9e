#include "probes/wire/dns_name.hpp"

#include <algorithm>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// A name has at most 127 labels, so a longer chain of pointers serves nobody.
constexpr unsigned pointer_limit = 127;

constexpr std::uint8_t pointer_bits = 0xC0;

void append_escaped(std::string& text, std::uint8_t byte) {
    if (byte > ' ' && byte < 0x7F && byte != '.' && byte != '\\') {
        text += lower(static_cast<char>(byte));
        return;
    }
    text += '\\';
    text += static_cast<char>('0' + byte / 100);
    text += static_cast<char>('0' + byte / 10 % 10);
    text += static_cast<char>('0' + byte % 10);
}

void append_label(std::string& text, std::span<const std::uint8_t> label) {
    if (!text.empty()) text += '.';
    for (const std::uint8_t byte : label)
        append_escaped(text, byte);
}

/// The byte that `text` begins with, and cuts it off: a character, or \DDD.
std::optional<std::uint8_t> take_byte(std::string_view& text) {
    if (text.front() != '\\') {
        const auto byte = static_cast<std::uint8_t>(text.front());
        text.remove_prefix(1);
        return byte;
    }
    if (text.size() < 4 || !std::ranges::all_of(text.substr(1, 3), is_digit)) return std::nullopt;
    const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    text.remove_prefix(4);
    if (value > 255) return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

/// The label that `text` begins with, behind its length, and cuts it off with its dot.
bool take_label(std::string_view& text, std::vector<std::uint8_t>& wire) {
    const std::size_t length_at = wire.size();
    wire.push_back(0);
    while (!text.empty() && text.front() != '.') {
        const auto byte = take_byte(text);
        if (!byte) return false;
        wire.push_back(*byte);
    }
    const std::size_t length = wire.size() - length_at - 1;
    if (length == 0 || length > label_limit) return false;
    wire[length_at] = static_cast<std::uint8_t>(length);
    if (!text.empty()) text.remove_prefix(1);
    return true;
}

bool is_host_character(char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
}

}  // namespace

std::optional<NameInMessage> read_name(std::span<const std::uint8_t> message, std::size_t at) {
    NameInMessage name;
    std::size_t segment = at;  // where the labels now read began: a pointer must lead before it
    std::size_t length_on_wire = 1;
    unsigned pointers = 0;
    while (at < message.size()) {
        const std::uint8_t length = message[at];
        if (length >= pointer_bits) {
            if (at + 1 >= message.size()) return std::nullopt;
            if (name.next == 0) name.next = at + 2;
            at = static_cast<std::size_t>(length & ~pointer_bits) << 8 | message[at + 1];
            if (at < dns_header_size || at >= segment || ++pointers > pointer_limit) return std::nullopt;
            segment = at;
            continue;
        }
        if (length == 0) {
            if (name.next == 0) name.next = at + 1;
            if (name.text.empty()) name.text += '.';
            return name;
        }
        length_on_wire += 1u + length;
        if (length > label_limit || length_on_wire > name_limit) return std::nullopt;
        if (message.size() - at - 1 < length) return std::nullopt;
        append_label(name.text, message.subspan(at + 1, length));
        at += 1u + length;
    }
    return std::nullopt;
}

std::optional<std::vector<std::uint8_t>> wire_name(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (text == ".") text = {};
    std::vector<std::uint8_t> wire;
    wire.reserve(text.size() + 2);
    while (!text.empty()) {
        if (!take_label(text, wire)) return std::nullopt;
    }
    wire.push_back(0);
    if (wire.size() > name_limit) return std::nullopt;
    return wire;
}

std::optional<std::string> canonical_name(std::string_view text) {
    const auto wire = wire_name(text);
    if (!wire) return std::nullopt;
    return read_name(*wire, 0)->text;
}

bool is_host_name(std::string_view name) {
    if (name.size() > name_limit - 2) return false;
    std::size_t label = 0;
    for (const char c : name) {
        if (c == '.' ? label == 0 : !is_host_character(c)) return false;
        label = c == '.' ? 0 : label + 1;
        if (label > label_limit) return false;
    }
    return label > 0;
}

bool is_local_name(std::string_view name) {
    return name.find('.') == name.npos || name.ends_with(".localhost");
}

std::string reversed_labels(const IpAddress& address) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string labels;
    for (std::size_t at = address.width() / 8; at-- > 0;) {
        if (!labels.empty()) labels += '.';
        const std::uint8_t byte = address.bytes[at];
        if (address.is_v6) {
            labels += {digits[byte & 0xF], '.', digits[byte >> 4]};
        } else {
            labels += std::to_string(byte);
        }
    }
    return labels;
}

std::string reverse_name(const IpAddress& address) {
    return reversed_labels(address) + (address.is_v6 ? ".ip6.arpa" : ".in-addr.arpa");
}

}  // namespace mxfleet
