// What the agent says while it runs: one line an event, in logfmt or JSON. Logging never blocks: when the output does
// not keep up, the oldest lines are dropped and counted.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace mxfleet {

struct LogField {
    std::string_view key;
    std::string value;
};

/// Starts logging to standard error; again, to change level and format.
void configure_log(const LogSettings& settings);

/// One event. Values may hold anything; they come out printable.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

/// Writes out what is still queued. The last call before the program ends.
void finish_log();

/// Lines dropped since the start.
std::uint64_t dropped_log_lines();

/// The line itself, for a test to look at: `time` is already text.
std::string log_line(LogFormat format, std::string_view time, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields);

}  // namespace mxfleet
