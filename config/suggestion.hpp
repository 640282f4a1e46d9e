// "Did you mean …?": the known word that is nearest to what somebody typed. Knows nothing of configuration.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mxfleet {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The word of `known` nearest to `typed`, if it is near enough to be a slip of the fingers: at most a third of its
/// letters. The first of equals. Nothing for a word longer than 64 bytes.
std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known);

/// `; did you mean BEFORE…AFTER?`, or nothing where no known word is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known, std::string_view before = "`",
                         std::string_view after = "`");

}  // namespace mxfleet
