#include "config/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace mxfleet {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table of distances between prefixes: a swap of neighbours looks two rows back.
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});

    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last.back();
}

std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known) {
    constexpr std::size_t longest_word = 64;
    if (typed.size() > longest_word) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t best_distance = 0;
    for (const auto word : known) {
        const std::size_t distance = edit_distance(typed, word);
        const bool near = distance <= std::max<std::size_t>(1, word.size() / 3);
        if (!near || (best && distance >= best_distance)) continue;
        best = word;
        best_distance = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known, std::string_view before,
                         std::string_view after) {
    const auto word = nearest(typed, known);
    if (!word) return {};
    return "; did you mean " + std::string(before) + std::string(*word) + std::string(after) + "?";
}

}  // namespace mxfleet
