// The way a letter took, from its Received lines (RFC 5321 §4.4). Each hop's time is by that host's clock: where clocks
// differ, a hop may seem to take less than nothing, and that is shown as it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/flow/header.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// Texts are printable and cut.
struct Hop {
    std::string from;
    std::string by;
    std::string with;
    std::optional<std::chrono::sys_seconds> at;
    std::optional<std::chrono::seconds> took;  ///< since the last time before; negative where clocks differ
};

inline constexpr std::size_t hops_limit = 50;

/// The oldest first. `sent_at`: what the first hop is counted from.
std::vector<Hop> hops_in(const Header& header, std::optional<std::chrono::sys_seconds> sent_at);

}  // namespace mxfleet
