// Checks the parts of a configuration against each other, once each part is right by itself. A default never
// contradicts: where only one of two values is stated, the other follows it.
#pragma once

#include "config/document.hpp"
#include "config/reading.hpp"

namespace mxfleet {

/// Adds what does not fit together to `reading.errors` and lets defaults follow what is stated.
void check_consistency(Document& document, Reading& reading);

}  // namespace mxfleet
