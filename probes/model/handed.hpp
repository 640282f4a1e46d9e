// How handing a message over to a server ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxfleet {

enum class Handed : std::uint8_t {
    accepted,
    refused,    ///< 5xx
    not_now,    ///< 4xx: greylisted or busy
    failed,     ///< not handed over, and safe to try again
    uncertain,  ///< the final dot was sent and the answer never came: it may arrive, and is never sent again
};

constexpr std::string_view name(Handed handed) noexcept {
    switch (handed) {
        case Handed::accepted: return "accepted";
        case Handed::refused: return "refused";
        case Handed::not_now: return "not_now";
        case Handed::failed: return "failed";
        case Handed::uncertain: return "uncertain";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
