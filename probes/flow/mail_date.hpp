// Dates as they stand in mail (RFC 5322 §3.3), those of obsolete form as well (§4.3).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mxfleet {

/// `Sun, 22 Nov 2026 21:00:00 +0000`
std::string mail_date(std::chrono::sys_seconds time);

/// Comments are skipped, and so is the name of the day. Nothing where it is no date; an unknown zone counts as UTC.
std::optional<std::chrono::sys_seconds> read_mail_date(std::string_view text);

}  // namespace mxfleet
