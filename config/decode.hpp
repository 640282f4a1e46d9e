// One TOML value into one value of ours, by its rule. The error says what is wrong and what would be right, without
// naming the key: the caller knows it.
#pragma once

#include <toml++/toml.h>

#include <concepts>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "config/rules.hpp"

namespace mxfleet {

/// The rule of a boolean.
struct YesNo {};

/// "wants WANTED, not a list", by the type of `node`.
std::unexpected<std::string> wrong_type(const toml::node& node, std::string_view wanted);

/// The text of a string value.
std::expected<std::string_view, std::string> decode_text(const toml::node& node, std::string_view wanted);
std::expected<std::int64_t, std::string> decode_number(const toml::node& node, Range<std::int64_t> range);

/// "`wran` is none of "trace", "debug" …; did you mean …?"
std::unexpected<std::string> no_such_word(std::string_view text, const std::vector<std::string_view>& words);
std::string words_list(const std::vector<std::string_view>& words);

std::expected<bool, std::string> decode(const toml::node& node, YesNo);
std::expected<Duration, std::string> decode(const toml::node& node, Range<Duration> range);

template <std::unsigned_integral Number>
std::expected<Number, std::string> decode(const toml::node& node, Range<Number> range) {
    const auto number = decode_number(node, {range.least, range.most});
    if (!number) return std::unexpected(number.error());
    return static_cast<Number>(*number);
}

template <class T>
std::expected<T, std::string> decode(const toml::node& node, const Format<T>& format) {
    const auto text = decode_text(node, format.wants);
    if (!text) return std::unexpected(text.error());
    return format.read(*text);
}

template <class T>
std::expected<T, std::string> decode(const toml::node& node, const Choices<T>& choices) {
    const auto* boolean = node.as_boolean();
    const std::string_view boolean_word = boolean && boolean->get() ? "true" : "false";
    const auto words = choices.words();
    const auto text = boolean ? boolean_word : decode_text(node, "one of " + words_list(words));
    if (!text) return std::unexpected(text.error());
    if (const auto value = choices.find(*text)) return *value;
    return no_such_word(*text, words);
}

}  // namespace mxfleet
