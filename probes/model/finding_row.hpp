// What each finding code says the same way every time. What was seen this time is in the finding (finding.hpp).
#pragma once

#include <array>
#include <string_view>

#include "probes/model/severity.hpp"

namespace mxfleet {

/// The texts are for people: `code` in backticks, HOST, DOMAIN and ADDRESS for what the finding names, one paragraph.
struct FindingRow {
    std::string_view code;
    Severity severity;           ///< the default; a policy may raise it
    std::string_view title;      ///< what is the case, a clause without full stop
    std::string_view why;        ///< why it matters, whose fault it is, when it is harmless
    std::string_view advice;     ///< what to do about it, as an instruction, and how to see that it is fixed
    std::string_view reference;  ///< RFC and section, or the convention that decides
};

}  // namespace mxfleet
