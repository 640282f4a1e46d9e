// What the reputation of an exchange's address amounts to (CHECKS §7): advice, for it takes mail and need not send
// any. Pure.
#pragma once

#include <vector>

#include "probes/model/finding.hpp"
#include "probes/reputation/facts.hpp"

namespace mxfleet {

std::vector<Statement> judge_reputation(const Reputation& reputation);

/// Whether a statement with this code comes from there.
bool is_about_reputation(FindingCode code);

}  // namespace mxfleet
