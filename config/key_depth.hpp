// A guard in front of the TOML parser: toml++ 3.3 builds one table per dot of a key and takes them down recursively,
// so that a key of some ten thousand dots overflows the stack. Looks at dots, strings and comments, nothing else.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/config_error.hpp"

namespace mxfleet {

/// The most dots that a key may have; the deepest key there is has two.
inline constexpr std::size_t key_dots_limit = 8;

/// Where the first key (or other unquoted word) with more dots ends, if there is one.
std::optional<FilePosition> too_deep_key(std::string_view toml);

}  // namespace mxfleet
