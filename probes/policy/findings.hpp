// What a server's policy makes an operator read (CHECKS §8). Pure.
#pragma once

#include <vector>

#include "probes/model/finding.hpp"
#include "probes/policy/facts.hpp"

namespace mxfleet {

/// Of one run, greylisting apart: that takes two.
std::vector<Statement> judge_policy(const PolicyFacts& facts);

/// Whether the reply to the control puts us off as greylisting does.
bool is_put_off(const PolicyFacts& facts);

}  // namespace mxfleet
