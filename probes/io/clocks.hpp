// The clocks of this host. Parsers, dialogues and judgements are given the time; they never read it here.
#pragma once

#include "probes/model/time.hpp"

namespace mxfleet {

inline SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}

inline WallTime wall_now() {
    return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
}

}  // namespace mxfleet
