// The letters that policies are written with (RFC 8461 §3, RFC 8460 §3), and how what is wrong with them is quoted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet::policy_text {

/// An extension's name follows the same grammar in records and in policies.
inline bool is_key(std::string_view key) {
    constexpr std::size_t limit = 32;
    const auto is_inner = [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; };
    return !key.empty() && key.size() <= limit && is_alphanumeric(key.front()) && std::ranges::all_of(key, is_inner);
}

inline std::string in_backticks(std::string_view text) {
    constexpr std::size_t limit = 60;
    return "`" + printable(text, limit) + "`";
}

}  // namespace mxfleet::policy_text
