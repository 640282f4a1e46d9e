#include "agent/judge/confirmation.hpp"

namespace mxfleet {

Confirmation confirm(Confirmation held, std::optional<ProbeResult> result, std::uint32_t to_confirm) {
    if (!result) return held;
    if (*result == ProbeResult::success) return {.confirmed = Confirmed::up};

    const bool failure = *result == ProbeResult::failure;
    held.failures = failure ? held.failures + 1 : 0;
    held.unknowns = failure ? 0 : held.unknowns + 1;
    ++held.not_success;
    if (held.failures >= to_confirm) {
        held.confirmed = Confirmed::down;
    } else if (held.unknowns >= to_confirm) {
        held.confirmed = Confirmed::unknown;
    } else if (held.not_success >= to_confirm && held.confirmed != Confirmed::down) {
        held.confirmed = Confirmed::unknown;
    }
    return held;
}

bool awaits_confirmation(const Confirmation& held, std::uint32_t to_confirm) {
    return held.not_success > 0 && held.not_success < to_confirm;
}

}  // namespace mxfleet
