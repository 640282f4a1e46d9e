#include "agent/judge/mx_history.hpp"

#include <algorithm>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr auto change_is_told_for = std::chrono::hours{24};

std::string in_words(const SharedText& side) {
    return side.empty() ? "no MX record" : listed(records_of(side), 8);
}

}  // namespace

std::optional<MxChange> change_between(const MxFacts& before, const MxFacts& now, WallTime at) {
    const MxSet was = mx_set(before);
    const MxSet is = mx_set(now);
    if (was == is) return std::nullopt;
    return MxChange{at, lines_of(was), lines_of(is)};
}

std::optional<MxChange> change_between(std::string_view before, const MxFacts& now, WallTime at) {
    const std::string lines = lines_of(mx_set(now));
    if (lines == before) return std::nullopt;
    return MxChange{at, before, lines};
}

std::shared_ptr<const MxChanges> with_change(const MxChanges* held, MxChange change) {
    auto changes = held != nullptr ? std::make_shared<MxChanges>(*held) : std::make_shared<MxChanges>();
    if (changes->size() == mx_changes_kept) changes->erase(changes->begin());
    changes->push_back(std::move(change));
    return changes;
}

SharedMxPast with_change(MxPast held, MxChange change) {
    ++held.changes;
    held.changed_at = change.at;
    held.history = with_change(held.history.get(), std::move(change));
    return std::make_shared<const MxPast>(std::move(held));
}

const MxPast& past_of(const SharedMxPast& held) {
    static const MxPast nothing;
    return held ? *held : nothing;
}

std::vector<std::string_view> records_of(const SharedText& side) {
    std::vector<std::string_view> records;
    for (std::string_view rest = side; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        records.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return records;
}

std::optional<Finding> judge_changes(const MxChanges* changes, WallTime now) {
    if (changes == nullptr || now >= changes->back().at + change_is_told_for) return std::nullopt;
    const MxChange& last = changes->back();
    return about_domain(Statement("dns.mx_changed", "was " + in_words(last.before) + "; is " + in_words(last.after)));
}

ComparedMx compared(std::size_t asked, std::span<const Disagreement> disagreements, SteadyTime now) {
    ComparedMx result;
    result.asked = static_cast<std::uint8_t>(asked);
    std::vector<std::string> seen;
    for (const Disagreement& each : disagreements) {
        if (!each.counts(now)) continue;
        ++result.disagreeing;
        seen.push_back(each.resolver + " says " + mxfleet::in_words(each.theirs));
    }
    result.seen = listed(seen);
    return result;
}

std::optional<Finding> judge_first_comparison(const MxFacts& ours, std::span<const OtherAnswer> others) {
    const MxSet our_set = mx_set(ours);
    const bool is_known = ours.state != MxState::unknown || !ours.exchanges.empty();
    std::vector<std::string> seen;
    for (const OtherAnswer& other : others) {
        if (other.set && *other.set != our_set)
            seen.push_back(other.resolver + " says " + mxfleet::in_words(*other.set));
    }
    if (!is_known || seen.empty()) return std::nullopt;
    const std::string summary = listed(seen) + "; a change may be under way: it counts once it outlives the TTL";
    return about_domain(Statement("dns.resolvers_disagree", Severity::info, summary));
}

std::optional<Finding> judge_comparison(const ComparedMx& compared) {
    if (compared.disagreeing == 0) return std::nullopt;
    return about_domain(Statement("dns.resolvers_disagree", compared.seen));
}

}  // namespace mxfleet
