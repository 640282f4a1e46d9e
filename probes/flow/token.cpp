#include "probes/flow/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace mxfleet {
namespace {

constexpr std::size_t number_digits = 8;
constexpr std::size_t token_size = 2 * number_digits + 2 + Token::secret_digits;

bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
    if (!std::ranges::all_of(digits, is_hexadecimal)) return std::nullopt;
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

}  // namespace

std::string Token::text() const {
    std::array<char, 2 * number_digits + 3> front{};
    std::snprintf(front.data(), front.size(), "%08x-%08x-", mark,
                  static_cast<std::uint32_t>(at.time_since_epoch().count()));
    return front.data() + secret;
}

std::optional<Token> read_token(std::string_view text) {
    if (text.size() != token_size || text[number_digits] != '-' || text[2 * number_digits + 1] != '-')
        return std::nullopt;
    const auto mark = hexadecimal(text.substr(0, number_digits));
    const auto at = hexadecimal(text.substr(number_digits + 1, number_digits));
    const std::string_view secret = text.substr(2 * number_digits + 2);
    if (!mark || !at || !std::ranges::all_of(secret, is_hexadecimal)) return std::nullopt;
    return Token{*mark, std::chrono::sys_seconds{std::chrono::seconds{*at}}, std::string(secret)};
}

std::optional<Token> find_token(std::string_view text) {
    for (auto dash = text.find('-'); dash != text.npos; dash = text.find('-', dash + 1)) {
        if (dash < number_digits) continue;
        if (auto token = read_token(text.substr(dash - number_digits, token_size))) return token;
    }
    return std::nullopt;
}

}  // namespace mxfleet
