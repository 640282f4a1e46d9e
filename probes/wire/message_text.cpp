#include "probes/wire/message_text.hpp"

#include <algorithm>

namespace mxfleet {

std::string dot_stuffed(std::string_view message) {
    std::string text;
    text.reserve(message.size() + 64);
    while (!message.empty()) {
        const auto end = std::min(message.find_first_of("\r\n"), message.size());
        const std::string_view line = message.substr(0, end);
        if (line.starts_with('.')) text += '.';
        text.append(line).append("\r\n");
        message.remove_prefix(end);
        message.remove_prefix(message.starts_with("\r\n") ? 2 : message.empty() ? 0 : 1);
    }
    return text;
}

std::string xtext(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const bool stands_for_itself = c > ' ' && c < 0x7f && c != '+' && c != '=';
        if (stands_for_itself) {
            result += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        result.append(1, '+').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return result;
}

}  // namespace mxfleet
