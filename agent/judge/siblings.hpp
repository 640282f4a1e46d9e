// Whether the addresses behind one exchange answer alike (CHECKS §11). Pure. What is compared is what a sender meets;
// one that is down has nothing to compare.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/judge/endpoint.hpp"

namespace mxfleet {

enum class SiblingAspect : std::uint8_t { banner, capabilities, certificate, tls_version };
inline constexpr std::size_t sibling_aspect_count = 4;
std::string_view name(SiblingAspect aspect) noexcept;

struct SiblingComparison {
    std::size_t compared = 0;  ///< addresses that are up; with fewer than two there is nothing to say
    std::array<bool, sibling_aspect_count> differ{};

    bool any() const;
    bool operator==(const SiblingComparison&) const = default;
};

/// Of the endpoints of one exchange.
SiblingComparison compare_siblings(std::span<const EndpointStatus* const> siblings);

/// Of the endpoints of a domain, in any order: a finding for each exchange whose addresses differ.
std::vector<Finding> judge_siblings(std::span<const EndpointStatus* const> endpoints);

/// Whether two looks at an endpoint show its siblings the same.
bool same_to_siblings(const EndpointStatus& a, const EndpointStatus& b);

}  // namespace mxfleet
