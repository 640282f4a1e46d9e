#pragma once

#include <chrono>

#include "probes/model/time.hpp"

namespace mxfleet {

inline constexpr WallTime start_of_time{std::chrono::days{20'000}};

}  // namespace mxfleet
