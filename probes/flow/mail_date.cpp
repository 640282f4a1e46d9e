#include "probes/flow/mail_date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <vector>

#include "probes/flow/header.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

namespace chrono = std::chrono;

constexpr std::array<std::string_view, 12> month_names = {"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// The obsolete zones that have a meaning (RFC 5322 §4.3).
struct NamedZone {
    std::string_view name;
    int hours;
};
constexpr auto named_zones = std::to_array<NamedZone>({
    {"est", -5},
    {"edt", -4},
    {"cst", -6},
    {"cdt", -5},
    {"mst", -7},
    {"mdt", -6},
    {"pst", -8},
    {"pdt", -7},
});

std::vector<std::string> date_words(std::string_view text) {
    constexpr std::size_t enough = 8;
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (!is_blank(c) && c != ',') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
        if (words.size() > enough) break;
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::optional<int> year_in(const std::string& word) {
    const auto number = whole_number<unsigned>(word);
    if (!number || *number > 9999) return std::nullopt;
    if (word.size() >= 4) return static_cast<int>(*number);
    if (word.size() == 3) return static_cast<int>(*number) + 1900;
    return static_cast<int>(*number) + (*number < 50 ? 2000 : 1900);
}

/// `21:00` or `21:00:59`; a leap second is one.
std::optional<chrono::seconds> time_of_day(std::string_view word) {
    std::array<unsigned, 3> parts{};
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const auto colon = word.find(':');
        const auto number = whole_number<unsigned>(word.substr(0, colon));
        if (!number) return std::nullopt;
        parts[part] = *number;
        if (colon == word.npos && part == 0) return std::nullopt;
        if (colon == word.npos) break;
        if (part == 2) return std::nullopt;
        word.remove_prefix(colon + 1);
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 60) return std::nullopt;
    return chrono::hours{parts[0]} + chrono::minutes{parts[1]} + chrono::seconds{parts[2]};
}

chrono::minutes zone_of(const std::string& word) {
    const auto number = whole_number<unsigned>(std::string_view(word).substr(1));
    if (word.size() == 5 && (word[0] == '+' || word[0] == '-') && number) {
        const chrono::minutes offset = chrono::hours{*number / 100} + chrono::minutes{*number % 100};
        return word[0] == '-' ? -offset : offset;
    }
    const auto named = std::ranges::find(named_zones, lower_case(word), &NamedZone::name);
    return named == named_zones.end() ? chrono::minutes{0} : chrono::minutes{chrono::hours{named->hours}};
}

}  // namespace

std::string mail_date(std::chrono::sys_seconds time) {
    const auto day_begins = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date{day_begins};
    const chrono::hh_mm_ss clock{time - day_begins};
    std::string month_name(month_names[static_cast<unsigned>(date.month()) - 1]);
    month_name[0] = upper(month_name[0]);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  day_names[chrono::weekday{day_begins}.c_encoding()].data(), static_cast<unsigned>(date.day()),
                  month_name.c_str(), static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::optional<std::chrono::sys_seconds> read_mail_date(std::string_view text) {
    std::vector<std::string> words = date_words(without_comments(text));
    if (!words.empty() && !is_digit(words[0][0])) words.erase(words.begin());
    if (words.size() < 4) return std::nullopt;
    const auto day_number = whole_number<unsigned>(words[0]);
    const auto named = std::ranges::find(month_names, lower_case(words[1]));
    const auto year_number = year_in(words[2]);
    const auto time = time_of_day(words[3]);
    if (!day_number || *day_number > 31 || named == month_names.end() || !year_number || !time) return std::nullopt;
    const auto month_number = static_cast<unsigned>(named - month_names.begin()) + 1;
    const chrono::year_month_day date{chrono::year{*year_number}, chrono::month{month_number},
                                      chrono::day{*day_number}};
    if (!date.ok()) return std::nullopt;
    const chrono::minutes offset = words.size() > 4 ? zone_of(words[4]) : chrono::minutes{0};
    return chrono::sys_days{date} + *time - offset;
}

}  // namespace mxfleet
