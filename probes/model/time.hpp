// Time as every room sees it: values only. Nothing here reads a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mxfleet {

using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using CertificateTime = std::chrono::sys_seconds;

/// A wall-clock time or none, in the room of a time: a fleet holds a dozen for each endpoint.
class MaybeTime {
public:
    constexpr MaybeTime() = default;
    constexpr MaybeTime(std::nullopt_t) {}               // NOLINT: reads as optional
    constexpr MaybeTime(WallTime time) : time_(time) {}  // NOLINT

    constexpr bool has_value() const { return time_ != none; }
    constexpr explicit operator bool() const { return has_value(); }
    constexpr WallTime operator*() const { return time_; }
    auto operator<=>(const MaybeTime&) const = default;  ///< none is before all

private:
    static constexpr WallTime none = WallTime::min();
    WallTime time_ = none;
};

/// A time to the second in the room of a number, up to the year 2106. That of the epoch stands for none.
using CoarseTime = std::chrono::sys_time<std::chrono::duration<std::uint32_t>>;

constexpr CoarseTime coarse(WallTime time) {
    return std::chrono::time_point_cast<CoarseTime::duration>(time);
}
constexpr MaybeTime exact(CoarseTime time) {
    return time == CoarseTime{} ? MaybeTime() : MaybeTime(WallTime(time));
}

/// A moment of a steady clock to the second in the room of a number: it lasts for 136 years from where the clock
/// begins.
using CoarseSteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<std::uint32_t>>;

/// A day in the room of a number.
using CoarseDay = std::chrono::sys_time<std::chrono::duration<std::int32_t, std::chrono::days::period>>;

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
