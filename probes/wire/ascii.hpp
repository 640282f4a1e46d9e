// The few questions about single characters and digits that reading text asks here. ASCII only, no locale.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace mxfleet {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What a label name of Prometheus and the name of an environment variable consist of.
constexpr bool is_word_character(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// `digits` as a number, if they are one from end to end and it fits.
template <class Number>
std::optional<Number> whole_number(std::string_view digits) {
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole ? std::optional{number} : std::nullopt;
}

}  // namespace mxfleet
