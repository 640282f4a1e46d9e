// The unit that is probed, and what is known of it in one word.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "probes/model/ip.hpp"
#include "probes/model/shared_text.hpp"

namespace mxfleet {

/// One address of one exchange. `mx` is the exchange's name as published: lower case, no trailing dot.
struct EndpointKey {
    SharedText mx;
    IpAddress ip;
    std::uint16_t port = 25;

    auto operator<=>(const EndpointKey&) const = default;

    /// `mx1.example.com [192.0.2.1]:25`, for logs and people.
    std::string text() const { return mx + " [" + ip.text() + "]:" + std::to_string(port); }
};

/// CHECKS §0's state table.
enum class EndpointState : std::uint8_t { up, down, rate_limited, blocked_us, unknown, skipped };
inline constexpr std::size_t endpoint_state_count = 6;

/// What one probe counts as. A skipped probe counts as none.
enum class ProbeResult : std::uint8_t { success, failure, unknown };
inline constexpr std::size_t probe_result_count = 3;

std::string_view name(EndpointState state) noexcept;
std::string_view name(ProbeResult result) noexcept;

}  // namespace mxfleet

template <>
struct std::hash<mxfleet::EndpointKey> {
    std::size_t operator()(const mxfleet::EndpointKey& key) const noexcept {
        return (std::hash<mxfleet::SharedText>{}(key.mx) * 31 + std::hash<mxfleet::IpAddress>{}(key.ip)) * 31 +
               key.port;
    }
};
