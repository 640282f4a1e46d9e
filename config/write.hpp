// A configuration in effect, as TOML that reads back into the same. Needs no mask: it holds no secret, only where
// secrets come from.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace mxfleet {

/// Every section with every value, defaults included; then the tables that were configured, what they leave open left
/// out. Of the domains those of the file itself: domain files are named, not copied.
std::string to_toml(const Config& config);

/// `text` as a TOML basic string, quotes included.
std::string toml_string(std::string_view text);

}  // namespace mxfleet
