#include "agent/show/text.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// The bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && !begins_character(text[at]))
            ++at;
        --count;
    }
    return at;
}

/// Takes a word and the blank behind it; of a word that no line has room for, as much as one has.
std::string_view take_word(std::string_view& text, std::size_t room) {
    const std::string_view word = text.substr(0, text.find(' '));
    const std::size_t taken = bytes_of(word, room);
    text.remove_prefix(taken < word.size() ? taken : std::min(taken + 1, text.size()));
    return word.substr(0, taken);
}

}  // namespace

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
    const std::size_t room = width > indent.size() ? width - indent.size() : 1;
    std::string result;
    std::string line(indent);
    bool is_empty = true;
    while (!text.empty()) {
        const std::string_view word = take_word(text, room);
        if (word.empty()) continue;
        if (!is_empty && columns(line) + 1 + columns(word) > width) {
            result += line + "\n";
            line = indent;
            is_empty = true;
        }
        if (!is_empty) line += ' ';
        line += word;
        is_empty = false;
    }
    return is_empty ? result : result + line + "\n";
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t taken = columns(text);
    if (taken <= width) return std::string(text) + std::string(width - taken, ' ');
    if (width == 0) return {};
    return std::string(text.substr(0, bytes_of(text, width - 1))) + "…";
}

}  // namespace mxfleet
