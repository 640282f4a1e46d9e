// The conditions for people and for machines: what is sick, and what a correct checker says of it.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {

/// Two lines a condition.
std::string conditions_table(const std::vector<Numbered>& conditions);

/// An array of {name, description, domain, domains, expect}; what is not stated is absent.
std::string conditions_json(const std::vector<Numbered>& conditions, unsigned many_domains);

}  // namespace mxfleet::lab
