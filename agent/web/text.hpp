// The little that reading a request needs of text. Pure, and independent of the locale.
#pragma once

#include <string>
#include <string_view>

namespace mxfleet {

/// Valid UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view bytes) noexcept;

/// Valid UTF-8 without control characters (C0, DEL, C1).
bool is_plain_text(std::string_view bytes) noexcept;

/// Without the spaces and tabs around it: optional white space, RFC 9110 §5.6.3.
std::string_view trimmed(std::string_view text) noexcept;

/// With A to Z in lower case and all else as it is.
std::string lower_case(std::string_view text);

}  // namespace mxfleet
