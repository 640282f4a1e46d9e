#include "agent/judge/vantage.hpp"

#include <algorithm>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

Finding about_us(Statement statement) {
    return {std::move(statement), Scope::agent, {}, {}, 0, {}};
}

}  // namespace

std::optional<bool> reached_anybody(const SessionFacts& session) {
    if (session.times[Phase::connect]) return true;
    if (!session.failure || session.failure->phase != Phase::connect) return std::nullopt;
    switch (session.failure->reason) {
        case Reason::refused:
        case Reason::reset: return true;  // somebody said so
        case Reason::timeout:
        case Reason::no_route:
        case Reason::budget: return false;
        default: return std::nullopt;
    }
}

bool found_no_way_out(const SessionFacts& session) {
    return reached_anybody(session) == false;
}

std::optional<Finding> judge_egress(const std::vector<const SessionFacts*>& sessions, bool target_answered) {
    const auto reached = [](const SessionFacts* session) { return reached_anybody(*session) == true; };
    const auto silent = std::ranges::count_if(sessions, [](const auto* session) { return found_no_way_out(*session); });
    if (silent == 0 || target_answered || std::ranges::any_of(sessions, reached)) return std::nullopt;
    const std::string seen = "none of " + counted(static_cast<std::size_t>(silent), "address", "addresses") +
                             " could be reached, and nothing proves that we can reach any";
    return about_us(Statement("vantage.egress_blocked", seen));
}

std::optional<Finding> judge_resolvers(const std::vector<const MxFacts*>& lookups) {
    const auto failed = [](const MxFacts* mx) { return mx->error == DnsError::no_resolver; };
    if (lookups.empty() || !std::ranges::all_of(lookups, failed)) return std::nullopt;
    return about_us(Statement("vantage.resolver_failed", "no resolver is configured, or nothing answers there"));
}

}  // namespace mxfleet
