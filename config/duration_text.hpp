// Durations as people write them: "250ms", "30s", "1h30m". Text and value, both ways; no opinion on what is sensible.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "probes/model/time.hpp"

namespace mxfleet {

/// Numbers with the units `w d h m s ms`, each unit at most once and the larger first, as Prometheus has it.
/// Bounds: at most 100 years. The error says what is wrong and what would be right.
std::expected<Duration, std::string> parse_duration(std::string_view text);

/// The shortest such text: `1h30m`, `21d`, `0s`. Bounds: whole milliseconds, not negative.
std::string duration_text(Duration duration);

}  // namespace mxfleet
