// A report for a person at a terminal: a matrix of addresses and stages, then what is wrong and what to do. Fits 100
// columns.
#pragma once

#include <string>

#include "agent/show/report_json.hpp"

namespace mxfleet {

struct TerminalStyle {
    bool colour = false;
    Transcripts transcripts = Transcripts::hidden;
};

std::string terminal_text(const Report& report, const TerminalStyle& style);

}  // namespace mxfleet
