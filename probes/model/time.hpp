// Time as every room sees it: values only. Nothing here reads a clock.
#pragma once

#include <chrono>

namespace mxfleet {

using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using CertificateTime = std::chrono::sys_seconds;

/// Seconds as Prometheus and JSON want them.
constexpr double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Seconds since the Unix epoch as Prometheus wants them.
template <class Precision>
constexpr double unix_seconds(std::chrono::sys_time<Precision> time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace mxfleet
