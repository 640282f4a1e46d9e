// What became of a domain's MX over time, and beside what other resolvers say (CHECKS §1). Pure.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "probes/dns/mx_set.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// That the set was another than before.
struct MxChange {
    WallTime at;
    SharedText before;  ///< the records, one a line
    SharedText after;

    bool operator==(const MxChange&) const = default;
};

using MxChanges = std::vector<MxChange>;

inline constexpr std::size_t mx_changes_kept = 8;

/// The change between two looks, if there is one.
std::optional<MxChange> change_between(const MxFacts& before, const MxFacts& now, WallTime at);
/// `before`: its records, one a line, as a change has them.
std::optional<MxChange> change_between(std::string_view before, const MxFacts& now, WallTime at);

/// With one more, the last at the end. `held` may be null. At most `mx_changes_kept`.
std::shared_ptr<const MxChanges> with_change(const MxChanges* held, MxChange change);

/// The records of one side of a change.
std::vector<std::string_view> records_of(const SharedText& side);

/// A change is told for a day.
std::optional<Finding> judge_changes(const MxChanges* changes, WallTime now);

/// How a domain's MX compares at the further resolvers.
struct ComparedMx {
    std::uint8_t asked = 0;        ///< resolvers; 0: none is configured, or none was asked yet
    std::uint8_t disagreeing = 0;  ///< for longer than the TTL
    SharedText seen;               ///< what they say instead

    bool operator==(const ComparedMx&) const = default;
};

/// What a domain's MX was before, and is elsewhere. Most have nothing of it, and hold a null pointer.
struct MxPast {
    std::uint32_t changes = 0;  ///< how often the set of exchanges was another than before
    MaybeTime changed_at;
    std::shared_ptr<const MxChanges> history;  ///< null while there was none
    ComparedMx compared;
};
using SharedMxPast = std::shared_ptr<const MxPast>;

/// With one change more.
SharedMxPast with_change(MxPast held, MxChange change);

/// What is held there, or nothing. As long as the holder, or the program.
const MxPast& past_of(const SharedMxPast& held);

ComparedMx compared(std::size_t asked, std::span<const Disagreement> disagreements, SteadyTime now);

/// Of one look: that the sets differ may be a change under way, and is said as that.
std::optional<Finding> judge_first_comparison(const MxFacts& ours, std::span<const OtherAnswer> others);

std::optional<Finding> judge_comparison(const ComparedMx& compared);

}  // namespace mxfleet
