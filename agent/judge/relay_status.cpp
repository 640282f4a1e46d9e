#include "agent/judge/relay_status.hpp"

#include <algorithm>
#include <array>

namespace mxfleet {
namespace {

const RelayFormFacts* find_form(const std::vector<RelayFormFacts>& forms, std::string_view id) {
    const auto found = std::ranges::find(forms, id, [](const RelayFormFacts& run) { return run.form->id; });
    return found == forms.end() ? nullptr : &*found;
}

bool is_extended(const RelayFormFacts& run) {
    return run.form->tier == 2;
}

/// A suspicion is lifted by its own form alone.
bool keeps_suspicion(const RelayStatus& held, const std::vector<RelayFormFacts>& run) {
    if (held.suspected_form().empty()) return false;
    const RelayFormFacts* const form = find_form(run, held.suspected_form());
    return form == nullptr || !is_refusal(form->outcome);
}

std::string accepted_in_words(const RelayStatus& status) {
    const RelayFormFacts* const form = find_form(status.forms, status.reason);
    std::string words = "form " + status.reason;
    if (form == nullptr) return words + " was accepted in an earlier run";
    words += " was accepted: " + std::to_string(form->code) + " " + form->text;
    if (status.state == RelayState::open) return words;
    const RelayFormFacts* const control = find_form(status.forms, "C2");
    if (control != nullptr && control->outcome == FormOutcome::accepted) {
        words += "; the server accepts every recipient, so this proves nothing yet";
    }
    return words;
}

struct ReasonText {
    std::string_view reason;
    std::string_view text;
};

constexpr auto reasons_unknown = std::to_array<ReasonText>({
    {"greylisted", "the control recipient was put off with a 4xx reply"},
    {"blocked_us", "the control recipient was refused: the server refuses us, whatever we ask"},
    {"interrupted", "the connection ended before the control was answered"},
    {"inconclusive", "not every form was answered"},
});

constexpr auto reasons_not_tested = std::to_array<ReasonText>({
    {"no_recipient", "relay.recipient is not set"},
    {"recipient_unresolved", "the MX of the relay recipient's domain could not be looked up"},
    {"recipient_overlaps", "the relay recipient's own mail exchange is, or stands beside, the probed server"},
});

template <class Table>
std::string_view text_of(const Table& table, std::string_view reason) {
    const auto row = std::ranges::find(table, reason, &ReasonText::reason);
    return row == table.end() ? reason : row->text;
}

}  // namespace

RelayStatus after_run(const RelayStatus& held, RelayFacts run, WallTime now) {
    const RelayVerdict verdict = judge_relay(run);
    RelayStatus status = held;
    status.forms = std::move(run.forms);
    if (std::ranges::any_of(status.forms, is_extended)) status.extended_on = std::chrono::floor<std::chrono::days>(now);
    if (verdict.state == RelayState::unknown) {
        const bool knows_more = held.conclusive_at.has_value();
        if (!knows_more) {
            status.state = RelayState::unknown;
            status.reason = verdict.reason;
        }
        return status;
    }
    status.conclusive_at = now;
    const bool may_be_lifted = verdict.state == RelayState::closed || held.state == RelayState::open;
    if (may_be_lifted && keeps_suspicion(held, status.forms)) return status;
    status.state = verdict.state;
    status.reason = verdict.reason;
    return status;
}

RelayStatus after_arrival(const RelayStatus& held, std::string_view form, WallTime now) {
    if (held.state != RelayState::suspected || held.suspected_form() != form) return held;
    RelayStatus status = held;
    status.state = RelayState::open;
    status.conclusive_at = now;
    return status;
}

RelayStatus not_tested(const RelayStatus& held, std::string_view reason) {
    if (held.conclusive_at) return held;
    RelayStatus status;
    status.reason = reason;
    return status;
}

std::optional<Statement> judge_relay_status(const RelayStatus& status) {
    switch (status.state) {
        case RelayState::closed: return std::nullopt;
        case RelayState::open:
            return Statement("relay.open", accepted_in_words(status) + "; a message sent so has arrived");
        case RelayState::suspected: return Statement("relay.suspected", accepted_in_words(status));
        case RelayState::unknown: return Statement("relay.unknown", text_of(reasons_unknown, status.reason));
        case RelayState::not_tested: {
            // Switched off, or not asked for, is what somebody wanted; the rest is said aloud.
            const auto row = std::ranges::find(reasons_not_tested, status.reason.text(), &ReasonText::reason);
            if (row == reasons_not_tested.end()) return std::nullopt;
            return Statement("relay.not_tested", row->text);
        }
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
