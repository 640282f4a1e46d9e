// What a server answered when it was asked to relay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/relay/forms.hpp"
#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

enum class RelayState : std::uint8_t { closed, suspected, open, unknown, not_tested };
inline constexpr std::size_t relay_state_count = 5;

std::string_view name(RelayState state) noexcept;

/// How one form ended.
enum class FormOutcome : std::uint8_t {
    accepted,       ///< 250 or 251 to RCPT
    closed,         ///< 5xx to RCPT
    login_wanted,   ///< 530 where TLS is not what is missing: nobody gets further without a login
    not_exercised,  ///< MAIL was refused: the recipient was never named
    temporary,      ///< 4xx
    interrupted,    ///< the connection ended, or nothing came in time
};

/// Whether the form can be held for closed (CHECKS §10.3, §10.4).
constexpr bool is_refusal(FormOutcome outcome) noexcept {
    return outcome == FormOutcome::closed || outcome == FormOutcome::login_wanted;
}

struct RelayFormFacts {
    const RelayForm* form = nullptr;  ///< a row of relay_forms
    FormOutcome outcome = FormOutcome::interrupted;
    int code = 0;  ///< of the reply that decided; 0: none came
    std::optional<EnhancedCode> enhanced;
    std::string text;  ///< of that reply, printable
};

/// What the outcome means, as a sentence for people: "the server refuses to relay for strangers. Good."
std::string_view reading(const RelayFormFacts& run) noexcept;

struct RelayFacts {
    std::vector<RelayFormFacts> forms;  ///< in the order they were tried, controls included
};

/// What one run says of a server, by itself. `reason` explains unknown and not_tested in a word, as
/// `greylisted`, `blocked_us`, `no_recipient`.
struct RelayVerdict {
    RelayState state = RelayState::not_tested;
    std::string reason;

    bool operator==(const RelayVerdict&) const = default;
};

/// CHECKS §10, verdict 2 to 6, for the forms of one run.
RelayVerdict judge_relay(const RelayFacts& facts);

}  // namespace mxfleet
