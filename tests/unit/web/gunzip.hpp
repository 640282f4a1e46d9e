// What zlib itself makes of compressed bytes.
#pragma once

#include <optional>
#include <string>

namespace mxfleet::test {

/// The text of one gzip member; empty if it is malformed, cut short, or followed by anything.
std::optional<std::string> gunzip(const std::string& compressed);

}  // namespace mxfleet::test
