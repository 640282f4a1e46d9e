// All conditions of the lab, in the order that gives them their addresses.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tests/lab/condition.hpp"

namespace mxfleet::lab {

std::vector<Condition> tls_conditions();
std::vector<Condition> connect_conditions();
std::vector<Condition> dialogue_conditions();
std::vector<Condition> relay_conditions();
std::vector<Condition> dns_conditions();
std::vector<Condition> resolver_conditions();
std::vector<Condition> dane_conditions();
std::vector<Condition> policy_conditions();
std::vector<Condition> misbehaviour_conditions();
std::vector<Condition> tls_depth_conditions();

/// A condition and its number, which decides its addresses however few are started.
struct Numbered {
    unsigned number;
    Condition condition;
};

/// Those with the names given, or all without names. The error names what is unknown.
std::expected<std::vector<Numbered>, std::string> chosen_conditions(const std::vector<std::string>& only);

}  // namespace mxfleet::lab
