#include "agent/fleet/back_off.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace mxfleet {
namespace {

constexpr Duration limit = std::chrono::hours{1};

/// A server that refuses everybody is an outage that its operator waits to see end, not somebody who asks for peace: it
/// is spared three visits of four, and at the default interval of 5 minutes its recovery shows within 20. No more than
/// that, lest MxfleetProbeStale, which allows three effective intervals, come hours late for it.
constexpr int refusal_factor = 4;

bool shows_nothing(const EndpointStatus& status) {
    if (status.result == ProbeResult::success) return false;
    return status.held_back || (status.last->failure && status.last->failure->reason == Reason::local_fault);
}

/// Only a 5xx to the greeting or to EHLO is a rejection that makes an endpoint down.
bool refuses_everybody(const EndpointStatus& status) {
    const auto& failure = status.last->failure;
    return status.state == EndpointState::down && failure && failure->reason == Reason::rejected;
}

std::optional<BackOff::Cause> cause_in(const EndpointStatus& status) {
    if (status.state == EndpointState::rate_limited || status.state == EndpointState::blocked_us) {
        return BackOff::Cause::patience;
    }
    const bool is_confirmed = status.confirmation.confirmed == Confirmed::down;
    if (is_confirmed && refuses_everybody(status)) return BackOff::Cause::refusal;
    return std::nullopt;
}

}  // namespace

BackOff after_session(BackOff held, const EndpointStatus& status) {
    if (shows_nothing(status)) return held;
    const auto cause = cause_in(status);
    if (!cause) return {};
    const bool is_full = held.times == std::numeric_limits<std::uint16_t>::max();
    return {is_full ? held.times : static_cast<std::uint16_t>(held.times + 1), *cause};
}

Duration stretched(Duration interval, const BackOff& back_off) {
    const bool is_refusal = back_off.cause == BackOff::Cause::refusal;
    const Duration longest = is_refusal ? std::min(refusal_factor * interval, limit) : limit;
    Duration wait = interval;
    for (std::uint16_t time = 0; time < back_off.times && wait < longest; ++time)
        wait *= 2;
    return std::max(interval, std::min(wait, longest));
}

}  // namespace mxfleet
