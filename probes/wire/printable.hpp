// The one sanitiser: what a peer said, made safe to show in labels, logs, JSON, HTML and on a terminal.
// It never fails and never returns more than it was allowed to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mxfleet {

/// The longest piece of peer text that is kept for showing, in bytes (INTERFACE §4).
inline constexpr std::size_t shown_line_limit = 512;

/// `bytes` as valid UTF-8 of at most `limit` bytes: an invalid byte becomes U+FFFD; control, bidirectional and
/// invisible formatting characters become visible escapes (`\x1b`, `\u202e`); what was cut ends in `…`.
std::string printable(std::string_view bytes, std::size_t limit = shown_line_limit);

/// The same, behind what `shown` holds already.
void append_printable(std::string& shown, std::string_view bytes, std::size_t limit = shown_line_limit);

}  // namespace mxfleet
