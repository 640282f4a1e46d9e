#include "agent/web/text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace mxfleet {
namespace {

/// What a first byte says of the character it begins; length 0: it begins none.
struct Lead {
    std::size_t length = 0;
    char32_t bits = 0;
    char32_t least = 0;  ///< below this it was longer than it had to be
};

Lead lead_of(std::uint8_t byte) {
    if (byte < 0x80) return {1, byte, 0};
    if (byte >= 0xc2 && byte < 0xe0) return {2, byte & 0x1fu, 0x80};
    if (byte >= 0xe0 && byte < 0xf0) return {3, byte & 0x0fu, 0x800};
    if (byte >= 0xf0 && byte < 0xf5) return {4, byte & 0x07u, 0x10000};
    return {};
}

/// Takes one character off the front; empty: there is none, or it is malformed.
std::optional<char32_t> take_character(std::string_view& bytes) {
    const Lead lead = bytes.empty() ? Lead{} : lead_of(static_cast<std::uint8_t>(bytes[0]));
    if (lead.length == 0 || lead.length > bytes.size()) return std::nullopt;
    char32_t character = lead.bits;
    for (std::size_t at = 1; at < lead.length; ++at) {
        const auto byte = static_cast<std::uint8_t>(bytes[at]);
        if ((byte & 0xc0u) != 0x80) return std::nullopt;
        character = character << 6 | (byte & 0x3fu);
    }
    const bool is_surrogate = character >= 0xd800 && character < 0xe000;
    if (character < lead.least || is_surrogate || character > 0x10ffff) return std::nullopt;
    bytes.remove_prefix(lead.length);
    return character;
}

bool is_control(char32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    while (take_character(bytes)) {
    }
    return bytes.empty();
}

bool is_plain_text(std::string_view bytes) noexcept {
    while (const auto character = take_character(bytes)) {
        if (is_control(*character)) return false;
    }
    return bytes.empty();
}

}  // namespace mxfleet
