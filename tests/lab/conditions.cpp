#include "tests/lab/conditions.hpp"

#include <algorithm>
#include <iterator>

namespace mxfleet::lab {
namespace {

/// Each table has its own range of numbers, so that one may grow without moving the others.
constexpr unsigned numbers_per_table = 100;

struct Table {
    std::vector<Condition> (*rows)();
    unsigned first_number;
};

constexpr Table tables[] = {
    {tls_conditions, 0 * numbers_per_table},       {connect_conditions, 1 * numbers_per_table},
    {dialogue_conditions, 2 * numbers_per_table},  {relay_conditions, 3 * numbers_per_table},
    {dns_conditions, 4 * numbers_per_table},       {resolver_conditions, 5 * numbers_per_table},
    {dane_conditions, 6 * numbers_per_table},      {misbehaviour_conditions, 7 * numbers_per_table},
    {tls_depth_conditions, 8 * numbers_per_table}, {policy_conditions, 9 * numbers_per_table},
};

std::vector<Numbered> all_conditions() {
    std::vector<Numbered> all;
    for (const Table& table : tables) {
        unsigned number = table.first_number;
        for (Condition& condition : table.rows()) {
            if (condition.domain.empty()) condition.domain = std::string(condition.name) + ".lab.test";
            all.push_back({number++, std::move(condition)});
        }
    }
    return all;
}

}  // namespace

std::expected<std::vector<Numbered>, std::string> chosen_conditions(const std::vector<std::string>& only) {
    std::vector<Numbered> all = all_conditions();
    if (only.empty()) return all;
    for (const std::string& name : only) {
        const auto is_it = [&](const Numbered& numbered) { return numbered.condition.name == name; };
        if (std::ranges::none_of(all, is_it)) return std::unexpected("there is no condition \"" + name + "\"");
    }
    const auto is_left_out = [&](const Numbered& numbered) {
        return std::ranges::find(only, numbered.condition.name) == only.end();
    };
    std::erase_if(all, is_left_out);
    return all;
}

}  // namespace mxfleet::lab
