// The seven process_* metrics of every Prometheus client library, read from /proc/self.
#pragma once

#include "probes/wire/exposition.hpp"

namespace mxfleet {

/// Writes those that can be read; one that cannot is left out.
void write_process_metrics(Exposition& page);

}  // namespace mxfleet
