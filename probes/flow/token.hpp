// What a test message is known by again: who sent it, when, and a part that nobody guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/model/time.hpp"

namespace mxfleet {

struct Token {
    std::uint32_t mark = 0;  ///< of the flow and the vantage: the same in every run
    std::chrono::sys_seconds at{};
    std::string secret;  ///< lower-case hexadecimal digits, `secret_digits` of them

    static constexpr std::size_t secret_digits = 24;

    bool operator==(const Token&) const = default;

    /// `1f2e3d4c-6926f4a0-0123…`
    std::string text() const;
};

/// A token in exactly that form, or nothing.
std::optional<Token> read_token(std::string_view text);

/// The first token in the text, wherever it stands.
std::optional<Token> find_token(std::string_view text);

}  // namespace mxfleet
