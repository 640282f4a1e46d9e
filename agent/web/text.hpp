// The little that reading a request needs of text. Pure, and independent of the locale.
#pragma once

#include <string_view>

namespace mxfleet {

/// Valid UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view bytes) noexcept;

/// Valid UTF-8 without control characters (C0, DEL, C1).
bool is_plain_text(std::string_view bytes) noexcept;

}  // namespace mxfleet
