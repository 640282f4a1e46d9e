// What a server's policy makes an operator read (CHECKS §8). Pure.
#pragma once

#include <vector>

#include "probes/model/finding.hpp"
#include "probes/policy/facts.hpp"

namespace mxfleet {

/// Of one run, greylisting apart: that takes two.
std::vector<Statement> judge_policy(const PolicyFacts& facts);

/// Whether a finding of such a reply, if there is one, quotes it: a refusal of what must be taken, or a yes to what
/// should not be.
bool is_quoted(PolicyProbe probe, const PolicyReply& reply);

/// Whether the reply to the control puts us off as greylisting does.
bool is_put_off(const PolicyFacts& facts);

}  // namespace mxfleet
