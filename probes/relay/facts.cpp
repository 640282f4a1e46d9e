#include "probes/relay/facts.hpp"

#include <algorithm>
#include <array>

namespace mxfleet {
namespace {

const RelayFormFacts* find_form(const RelayFacts& facts, std::string_view id) {
    const auto found = std::ranges::find(facts.forms, id, [](const RelayFormFacts& run) { return run.form->id; });
    return found == facts.forms.end() ? nullptr : &*found;
}

bool was_refused(const RelayFacts& facts, std::string_view id) {
    const RelayFormFacts* run = find_form(facts, id);
    return run != nullptr && is_refusal(run->outcome);
}

bool is_suspicious(const RelayFacts& facts, const RelayFormFacts& run) {
    if (run.outcome != FormOutcome::accepted) return false;
    if (run.form->weight == FormWeight::strong) return true;
    const bool strangers_refused = was_refused(facts, "C2") && was_refused(facts, "C3");
    return run.form->weight == FormWeight::weak && strangers_refused;
}

/// Why the control leaves nothing to say; empty where it was accepted, or would be after a login.
std::string control_trouble(const RelayFacts& facts) {
    const RelayFormFacts* control = find_form(facts, "C1");
    if (control == nullptr) return "interrupted";
    switch (control->outcome) {
        case FormOutcome::accepted:
        case FormOutcome::login_wanted: return {};
        case FormOutcome::temporary: return "greylisted";
        case FormOutcome::closed:
        case FormOutcome::not_exercised: return "blocked_us";
        case FormOutcome::interrupted: return "interrupted";
    }
    __builtin_unreachable();
}

/// By outcome, in the order of FormOutcome.
using Readings = std::array<std::string_view, 6>;

constexpr Readings readings_of_forms{
    "the server takes mail of strangers to strangers",  "the server refuses to relay for strangers. Good.",
    "the server wants a login before it relays. Good.", "the sender was refused, so this form was not tried",
    "the server puts it off, which says nothing",       "no answer",
};
constexpr Readings readings_of_control{
    "mail to postmaster is taken, as it must be",
    "even postmaster is refused: the server refuses us, whatever we ask",
    "the server wants a login even for mail to postmaster, so nobody relays through it without one",
    "our sender is refused, whatever we ask",
    "the server puts us off, so relaying cannot be judged",
    "no answer",
};
constexpr Readings readings_of_strangers{
    "the server takes any recipient, so an accepted address proves nothing",
    "unknown recipients are refused. Good.",
    "the server wants a login even for that",
    "the sender was refused, so this was not tried",
    "the server puts it off, which says nothing",
    "no answer",
};

}  // namespace

std::string_view reading(const RelayFormFacts& run) noexcept {
    const bool is_form = run.form->weight != FormWeight::control;
    const Readings& readings = is_form                ? readings_of_forms
                               : run.form->id == "C1" ? readings_of_control
                                                      : readings_of_strangers;
    return readings[static_cast<std::size_t>(run.outcome)];
}

std::string_view name(RelayState state) noexcept {
    switch (state) {
        case RelayState::closed: return "closed";
        case RelayState::suspected: return "suspected";
        case RelayState::open: return "open";
        case RelayState::unknown: return "unknown";
        case RelayState::not_tested: return "not_tested";
    }
    __builtin_unreachable();
}

RelayVerdict judge_relay(const RelayFacts& facts) {
    if (auto trouble = control_trouble(facts); !trouble.empty()) return {RelayState::unknown, std::move(trouble)};

    for (const RelayFormFacts& run : facts.forms) {
        if (is_suspicious(facts, run)) return {RelayState::suspected, std::string(run.form->id)};
    }
    const auto tier_1_is_closed = [&](const RelayForm& form) { return form.tier != 1 || was_refused(facts, form.id); };
    if (std::ranges::all_of(relay_forms, tier_1_is_closed)) return {RelayState::closed, {}};
    return {RelayState::unknown, "inconclusive"};
}

}  // namespace mxfleet
