#include "agent/judge/flapping.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace mxfleet {
namespace {

constexpr std::uint8_t remembered = 8;
constexpr int turns_to_flap = 3;

std::string of_the_last(const RecentAnswers& answers) {
    return std::to_string(answers.times_yes()) + " of the last " + std::to_string(answers.count()) + " sessions";
}

}  // namespace

void RecentAnswers::note(bool yes) {
    bits_ = static_cast<std::uint8_t>(bits_ << 1 | (yes ? 1 : 0));
    count_ = std::min<std::uint8_t>(static_cast<std::uint8_t>(count_ + 1), remembered);
}

std::size_t RecentAnswers::times_yes() const {
    return static_cast<std::size_t>(std::popcount(bits_));
}

bool RecentAnswers::flap() const {
    if (count_ < 2) return false;
    const unsigned neighbours = (1u << (count_ - 1)) - 1;
    return std::popcount((bits_ ^ bits_ >> 1) & neighbours) >= turns_to_flap;
}

Flapping after_session(Flapping held, const SessionFacts& session, std::optional<bool> is_up) {
    if (is_up) held.up.note(*is_up);
    if (is_up == true && session.starttls) held.starttls.note(*session.starttls != StartTls::not_offered);
    return held;
}

std::optional<Statement> judge_flapping(const Flapping& flapping) {
    std::string seen;
    if (flapping.up.flap()) seen = "up in " + of_the_last(flapping.up);
    if (flapping.starttls.flap()) {
        seen +=
            (seen.empty() ? "" : "; ") + ("STARTTLS offered in " + of_the_last(flapping.starttls) + " that were up");
    }
    if (seen.empty()) return std::nullopt;
    return Statement("smtp.flapping", seen);
}

}  // namespace mxfleet
