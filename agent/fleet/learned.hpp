// What is done with the facts of a lookup before a domain keeps them.
#pragma once

#include "agent/fleet/observer.hpp"
#include "agent/fleet/targets.hpp"

namespace mxfleet {

/// Each lookup brings the names anew; they are kept once.
void share_names(MxFacts& facts, const DomainTarget& domain);

/// A counter of events: what the last good set, which may be null, had left out already is not counted again.
void count_dropped(FleetObserver& observer, const MxFacts* before, const MxFacts& now);

}  // namespace mxfleet
