// How long a server is left alone that asks us to come less often, or refuses everybody: twice as long each time, up to
// a limit, and no longer than it does so. Pure.
#pragma once

#include <cstdint>

#include "agent/judge/endpoint.hpp"

namespace mxfleet {

struct BackOff {
    enum class Cause : std::uint8_t { patience, refusal };

    std::uint16_t times = 0;  ///< sessions in a row that gave cause; no more are counted than fit
    Cause cause = Cause::patience;

    bool operator==(const BackOff&) const = default;
};

/// What holds after the session that led to `status`. 421, and a refusal that is about us, count at once; a refusal of
/// everybody once it is confirmed, since until then it is looked at again soon (CHECKS §0). A session that shows
/// nothing of the server, because the fault was ours, changes nothing.
BackOff after_session(BackOff held, const EndpointStatus& status);

/// `interval` with the back-off in it; never shorter.
Duration stretched(Duration interval, const BackOff& back_off);

}  // namespace mxfleet
