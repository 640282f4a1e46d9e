// The status page: one document that holds its style and its script, whose only partner is the API it comes from.
#pragma once

#include "agent/web/http.hpp"

namespace mxfleet {

/// The same for everybody. Its policy names the style and the script by their hashes: whatever else a server's words
/// might smuggle in does not run.
HttpResponse status_page();

}  // namespace mxfleet
