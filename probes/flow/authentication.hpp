// What the receiving side says of a letter's authenticity (RFC 8601): SPF, DKIM and DMARC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/flow/header.hpp"

namespace mxfleet {

/// The results of those three methods (RFC 8601 §2.7).
enum class AuthResult : std::uint8_t { none, pass, fail, softfail, neutral, policy, temperror, permerror };
std::string_view name(AuthResult result) noexcept;

struct Authentication {
    std::string server;  ///< who says so; printable. Empty: nobody
    std::optional<AuthResult> spf;
    std::optional<AuthResult> dkim;  ///< of several signatures, the best
    std::optional<AuthResult> dmarc;
};

/// By the topmost Authentication-Results, and by those of the same server: what is further down others have said.
Authentication authentication_in(const Header& header);

}  // namespace mxfleet
