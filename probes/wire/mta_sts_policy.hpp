// The text of an MTA-STS policy (RFC 8461 §3.2), read as a sender reads it. No sockets, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wire/policy_record.hpp"

namespace mxfleet {

inline constexpr std::size_t mta_sts_body_limit = std::size_t{64} * 1024;
/// Ours: no RFC's. The largest of providers name a dozen.
inline constexpr std::size_t mta_sts_mx_limit = 1000;
inline constexpr std::chrono::seconds mta_sts_longest_max_age{31'557'600};

enum class MtaStsMode : std::uint8_t { none, testing, enforce };
std::string_view name(MtaStsMode mode) noexcept;

struct MtaStsPolicy {
    MtaStsMode mode = MtaStsMode::none;
    std::chrono::seconds max_age{};
    std::vector<std::string> mx;  ///< host names, or `*.` and a name; lower case, in order

    bool operator==(const MtaStsPolicy&) const = default;
};

/// Lines end in LF or CRLF; of a key that may stand once the first counts; unknown keys are passed over.
std::expected<MtaStsPolicy, RecordFault> read_mta_sts_policy(std::string_view body);

/// Whether the policy lets senders use that exchange: a host name, or `*` for exactly one label (RFC 8461 §4.1).
bool allows(const MtaStsPolicy& policy, std::string_view exchange);

}  // namespace mxfleet
