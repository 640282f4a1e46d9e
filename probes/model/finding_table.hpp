// Every finding code, once: what it is called, how bad it is by itself, why it matters, what to do, and the text that
// decides (CHECKS §12). `explain`, findings in JSON, metrics, and documentation derive from this table.
#pragma once

#include <array>
#include <string_view>

#include "probes/model/severity.hpp"

namespace mxfleet {

struct FindingRow {
    std::string_view code;
    Severity severity;           ///< the default; a policy may raise it
    std::string_view title;      ///< what is the case, a clause without full stop
    std::string_view why;        ///< why it matters
    std::string_view advice;     ///< what to do about it, as an instruction
    std::string_view reference;  ///< RFC and section, or the convention that decides
};

inline constexpr auto finding_table = std::to_array<FindingRow>({
    {"smtp.connect_refused", Severity::warning, "the server refused the connection", "", "", ""},
});

}  // namespace mxfleet
