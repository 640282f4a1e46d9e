// What is counted of the facts of a lookup before a domain keeps them.
#pragma once

#include "agent/fleet/observer.hpp"

namespace mxfleet {

/// A counter of events: what the last good set, which may be null, had left out already is not counted again.
void count_dropped(FleetObserver& observer, const MxFacts* before, const MxFacts& now);

}  // namespace mxfleet
