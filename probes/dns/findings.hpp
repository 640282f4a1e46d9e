// What the DNS facts of a domain amount to (CHECKS §1 and §12, `expect` as in §0). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// What the operator says should be there.
struct MxExpectation {
    enum class Kind : std::uint8_t { anything, mail, null_mx };

    Kind kind = Kind::anything;
    std::vector<std::string> exchanges;  ///< lower case, in any order; empty: any
};

/// All findings of one domain: those of the domain first, then those of each exchange in the order of the facts. What
/// is our own trouble (`no_resolver`, `local_fault`) is no finding of the domain.
std::vector<Finding> judge_mx(const MxFacts& facts, const MxExpectation& expected);

}  // namespace mxfleet
