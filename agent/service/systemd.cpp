#include "agent/service/systemd.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <ctime>

namespace mxfleet {
namespace {

void notify(const std::string& state) {
    sd_notify(0, state.c_str());
}

/// The clock that MONOTONIC_USEC is read by.
std::uint64_t monotonic_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

void notify_ready(const std::string& status) {
    notify("READY=1\nSTATUS=" + status);
}

void notify_reloading() {
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

void notify_stopping() {
    notify("STOPPING=1");
}

void notify_alive() {
    notify("WATCHDOG=1");
}

std::optional<Duration> watchdog_interval() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds(microseconds);
}

}  // namespace mxfleet
