// The finding about servers that should be alike (CHECKS §11).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto siblings_findings = std::to_array<FindingRow>({
    {.code = "siblings.differ",
     .severity = Severity::warning,
     .title = "the addresses of one exchange behave differently",
     .why = "They differ in capabilities, TLS version, certificate or greeting. Senders take any of them, so a fault "
            "on one hits part of the mail, seemingly at random. Often one server missed a change.",
     .advice = "Compare the endpoints in the report and bring the odd one to the state of the others: packages, TLS "
               "settings, certificate deployment. If the difference is meant, add this code to the domain's `ignore`.",
     .reference = "Operational practice: servers behind one name answer alike"},
});

}  // namespace mxfleet
