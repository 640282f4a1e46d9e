#include "config/key_depth.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

/// The length of the string that `text` begins with, quotes included (TOML 1.0, "String"). An unclosed one ends with
/// its line, or with the text if it is a multi-line one: the parser stops there anyway.
std::size_t string_length(std::string_view text) {
    const char quote = text.front();
    const bool multi_line = text.size() >= 3 && text[1] == quote && text[2] == quote;
    std::size_t at = multi_line ? 3 : 1;
    for (; at < text.size(); ++at) {
        if (text[at] == '\\' && quote == '"') {
            ++at;
        } else if (!multi_line && text[at] == '\n') {
            return at;
        } else if (text[at] == quote && !multi_line) {
            return at + 1;
        } else if (multi_line && text.substr(at, 3) == text.substr(0, 3)) {
            // Up to two more quotes belong to the content and stand before the closing three.
            std::size_t end = at + 3;
            while (end < text.size() && end < at + 5 && text[end] == quote) {
                ++end;
            }
            return end;
        }
    }
    return text.size();
}

FilePosition position_at(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
    return {line, before.size() - line_start + 1};
}

}  // namespace

std::optional<FilePosition> too_deep_key(std::string_view toml) {
    constexpr std::string_view separators = "=,{}[]\n";
    std::size_t dots = 0;
    for (std::size_t at = 0; at < toml.size();) {
        const char c = toml[at];
        if (c == '"' || c == '\'') {
            at += string_length(toml.substr(at));
            continue;
        }
        if (c == '#') {
            at = std::min(toml.find('\n', at), toml.size());
            continue;
        }
        if (separators.find(c) != separators.npos) dots = 0;
        if (c == '.' && ++dots > key_dots_limit) return position_at(toml, at);
        ++at;
    }
    return std::nullopt;
}

}  // namespace mxfleet
