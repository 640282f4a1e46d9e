// What the state directory knows of the past, in the report of a domain.
#pragma once

#include "agent/show/report_json.hpp"
#include "agent/state/store.hpp"

namespace mxfleet {

/// Adds `certificate_history` to each endpoint of the domain's report, the last one at the end: which certificates it
/// showed, and since when. At most `StateStore::changes_kept`. Waits for the disk.
void add_history(Json& report, const DomainView& view, StateStore& state);

}  // namespace mxfleet
