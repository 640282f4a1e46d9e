#include "config/duration_text.hpp"

#include <array>
#include <chrono>
#include <cstdint>

#include "config/config_error.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

struct Unit {
    std::string_view name;
    std::chrono::milliseconds length;
};

/// Largest first. Weeks are read and never written: 21 days read better as "21d" than as "3w".
constexpr auto units = std::to_array<Unit>({
    {"w", std::chrono::weeks{1}},
    {"d", std::chrono::days{1}},
    {"h", std::chrono::hours{1}},
    {"m", std::chrono::minutes{1}},
    {"s", std::chrono::seconds{1}},
    {"ms", std::chrono::milliseconds{1}},
});

constexpr std::chrono::milliseconds longest = std::chrono::days{36'500};

std::unexpected<std::string> not_a_duration(std::string_view text, std::string_view why) {
    return std::unexpected(shown(text) + " is no duration: " + std::string(why) +
                           "; write for example \"250ms\", \"30s\", \"5m\" or \"1h30m\"");
}

std::size_t unit_index(std::string_view name) {
    std::size_t index = 0;
    while (index < units.size() && units[index].name != name) {
        ++index;
    }
    return index;
}

/// Cuts from the front of `text` all characters that are digits, or that are not.
std::string_view cut(std::string_view& text, bool digits) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length]) == digits) {
        ++length;
    }
    const auto front = text.substr(0, length);
    text.remove_prefix(length);
    return front;
}

}  // namespace

std::expected<Duration, std::string> parse_duration(std::string_view text) {
    std::chrono::milliseconds total{0};
    std::size_t next_unit = 0;
    if (text.empty()) return not_a_duration(text, "it is empty");

    for (auto rest = text; !rest.empty();) {
        const auto digits = cut(rest, true);
        const auto name = cut(rest, false);
        if (digits.empty()) return not_a_duration(text, "a whole number must come first");
        if (name.empty()) return not_a_duration(text, "the unit is missing");
        const std::size_t unit = unit_index(name);
        if (unit == units.size()) return not_a_duration(text, "the units are w, d, h, m, s and ms");
        if (unit < next_unit) return not_a_duration(text, "the larger unit comes first, and each one once");
        next_unit = unit + 1;

        const auto number = whole_number<std::int64_t>(digits);
        const bool too_long = !number || *number > (longest - total) / units[unit].length;
        if (too_long) return not_a_duration(text, "it is longer than a hundred years");
        total += *number * units[unit].length;
    }
    return total;
}

std::string duration_text(Duration duration) {
    auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    std::string text;
    for (const Unit& unit : units) {
        if (unit.name == "w" || rest < unit.length) continue;
        text += std::to_string(rest / unit.length);
        text += unit.name;
        rest %= unit.length;
    }
    return text.empty() ? "0s" : text;
}

}  // namespace mxfleet
