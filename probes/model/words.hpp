// Values as people say them.
#pragma once

#include <string>
#include <string_view>

#include "probes/model/time.hpp"

namespace mxfleet {

/// "340 ms", "4.2 s", "12 minutes", "5 hours", "3 days": two figures are enough for a sentence. Not negative.
std::string in_words(Duration duration);

/// "1 endpoint", "2 endpoints".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

/// The items with commas between, at most `shown` of them and how many more there are.
template <class Range>
std::string listed(const Range& items, std::size_t shown = 4) {
    std::string text;
    std::size_t count = 0;
    for (const auto& item : items) {
        if (count++ >= shown) continue;
        if (!text.empty()) text += ", ";
        text += item;
    }
    if (count > shown) text += " and " + std::to_string(count - shown) + " more";
    return text;
}

}  // namespace mxfleet
