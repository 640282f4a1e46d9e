// What tests of targets and of their turns begin with.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "agent/fleet/targets.hpp"

namespace mxfleet {

inline constexpr SteadyTime start{std::chrono::hours{1}};
inline constexpr WallTime wall{std::chrono::days{20'000}};

inline Failure denied() {
    return {Phase::connect, Reason::policy, "denied"};
}

inline Domain domain(const std::string& name, DomainPolicy policy = {}) {
    return {name, std::make_shared<const DomainPolicy>(std::move(policy))};
}

}  // namespace mxfleet
