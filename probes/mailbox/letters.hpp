// Which letters may be a test message, or a report on one. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxfleet {

enum class LetterKind : std::uint8_t {
    message,  ///< carries the token of a test message
    report,   ///< on some message's delivery, or from who sends such reports
    foreign,
};

/// By the header alone, of which at least the first part is there.
LetterKind letter_kind(std::string_view text);

/// Whether a report may be about one of ours: it names a token or an envelope id somewhere.
bool may_concern_us(std::string_view report);

}  // namespace mxfleet
