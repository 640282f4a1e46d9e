#include "probes/model/endpoint.hpp"

namespace mxfleet {

std::string_view name(EndpointState state) noexcept {
    switch (state) {
        case EndpointState::up: return "up";
        case EndpointState::down: return "down";
        case EndpointState::rate_limited: return "rate_limited";
        case EndpointState::blocked_us: return "blocked_us";
        case EndpointState::unknown: return "unknown";
        case EndpointState::skipped: return "skipped";
    }
    __builtin_unreachable();
}

std::string_view name(ProbeResult result) noexcept {
    switch (result) {
        case ProbeResult::success: return "success";
        case ProbeResult::failure: return "failure";
        case ProbeResult::unknown: return "unknown";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
