#include "probes/wire/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace mxfleet {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

struct Decoded {
    char32_t character = 0;
    std::size_t length = 1;
    bool valid = false;
};

/// The first character of `bytes`, by Unicode 15 table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF.
Decoded decode(std::string_view bytes) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};

    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return {};
    char32_t character = lead & (0x7Fu >> length);
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0) != 0x80) return {};
        character = (character << 6) | (byte(at) & 0x3Fu);
    }
    const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (overlong || surrogate || character > 0x10FFFF) return {};
    return {character, length, true};
}

/// Characters that move the cursor, reorder text or cannot be seen.
bool must_escape(char32_t c) {
    const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    return c < 0x20 || in(0x7F, 0x9F) || c == 0xAD || c == 0x61C || in(0x200B, 0x200F) || in(0x2028, 0x202E) ||
           in(0x2060, 0x206F) || c == 0xFEFF || in(0xFFF9, 0xFFFB) || in(0xE0000, 0xE0FFF) || (c & 0xFFFE) == 0xFFFE;
}

std::string_view escaped(char32_t c, std::array<char, 16>& room) {
    const int length =
        std::snprintf(room.data(), room.size(), c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
    return {room.data(), static_cast<std::size_t>(length)};
}

/// Nearly all that peers say is, so this is what most of the time goes to: eight bytes are looked at together. The top
/// bit of each tells, with 0x20 taken away from those below it and 1 added to 0x7F; whoever carries into a neighbour is
/// found out itself.
bool is_plain_ascii(std::string_view bytes) {
    constexpr std::uint64_t each = 0x0101010101010101;
    std::uint64_t other = 0;
    for (; bytes.size() >= sizeof other; bytes.remove_prefix(sizeof other)) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes.data(), sizeof eight);
        other |= eight | (eight - 0x20 * each) | (eight + each);
    }
    if ((other & (0x80 * each)) != 0) return false;
    return std::ranges::all_of(bytes, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t limit) {
    std::string shown;
    append_printable(shown, bytes, limit);
    return shown;
}

void append_printable(std::string& shown, std::string_view bytes, std::size_t limit) {
    if (bytes.size() <= limit && is_plain_ascii(bytes)) {
        shown += bytes;
        return;
    }
    const std::size_t end = shown.size() + limit;
    std::size_t room_for_ellipsis = shown.size();  // how much of `shown` may stay when the rest does not fit
    std::array<char, 16> room;
    while (!bytes.empty()) {
        const Decoded decoded = decode(bytes);
        const std::string_view piece = !decoded.valid                   ? replacement
                                       : must_escape(decoded.character) ? escaped(decoded.character, room)
                                                                        : bytes.substr(0, decoded.length);
        if (shown.size() + piece.size() > end) {
            shown.resize(room_for_ellipsis);
            if (limit >= ellipsis.size()) shown += ellipsis;
            return;
        }
        shown += piece;
        bytes.remove_prefix(decoded.length);
        if (shown.size() + ellipsis.size() <= end) room_for_ellipsis = shown.size();
    }
}

}  // namespace mxfleet
