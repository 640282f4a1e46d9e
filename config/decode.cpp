#include "config/decode.hpp"

#include "config/config_error.hpp"
#include "config/duration_text.hpp"
#include "config/suggestion.hpp"

namespace mxfleet {
namespace {

std::string_view type_in_words(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::none: return "nothing";
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "a list";
        case toml::node_type::string: return "a string";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a number with a point";
        case toml::node_type::boolean: return "a boolean";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: return "a date or time";
    }
    __builtin_unreachable();
}

}  // namespace

std::unexpected<std::string> wrong_type(const toml::node& node, std::string_view wanted) {
    return std::unexpected("wants " + std::string(wanted) + ", not " + std::string(type_in_words(node)));
}

std::expected<std::string_view, std::string> decode_text(const toml::node& node, std::string_view wanted) {
    const auto* text = node.as_string();
    if (!text) return wrong_type(node, wanted);
    return std::string_view(text->get());
}

std::expected<std::int64_t, std::string> decode_number(const toml::node& node, Range<std::int64_t> range) {
    const std::string bounds = "from " + std::to_string(range.least) + " to " + std::to_string(range.most);
    const auto* integer = node.as_integer();
    if (!integer) return wrong_type(node, "a whole number " + bounds);
    const std::int64_t number = integer->get();
    if (number < range.least || number > range.most) {
        return std::unexpected(std::to_string(number) + " is out of range; it may be " + bounds);
    }
    return number;
}

std::string words_list(const std::vector<std::string_view>& words) {
    std::string list;
    for (const auto word : words) {
        list += (list.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    return list;
}

std::unexpected<std::string> no_such_word(std::string_view text, const std::vector<std::string_view>& words) {
    return wrong(text, "is none of " + words_list(words) + did_you_mean(text, words, "\"", "\""));
}

std::expected<bool, std::string> decode(const toml::node& node, YesNo) {
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    const auto* text = node.as_string();
    const bool needless_quotes = text && (text->get() == "true" || text->get() == "false");
    if (needless_quotes) return std::unexpected("wants true or false without quotes, not a string");
    return wrong_type(node, "true or false");
}

std::expected<Duration, std::string> decode(const toml::node& node, Range<Duration> range) {
    const auto text = decode_text(node, "a duration in quotes such as \"30s\" or \"5m\"");
    if (!text) return std::unexpected(text.error());
    const auto duration = parse_duration(*text);
    if (!duration) return duration;
    if (*duration < range.least || *duration > range.most) {
        return wrong(*text, "is out of range; it may be from " + duration_text(range.least) + " to " +
                                duration_text(range.most));
    }
    return duration;
}

}  // namespace mxfleet
