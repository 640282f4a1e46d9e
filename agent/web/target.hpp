// The target of a request line (RFC 9112 §3.2): path and query, decoded. Strict: what is not spelt right is refused,
// never guessed at.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "agent/web/http.hpp"

namespace mxfleet {

struct Target {
    std::string path;
    std::size_t last_segment = 0;  ///< see HttpRequest
    std::vector<QueryParameter> query;
};

/// Path and query of an origin-form or absolute-form target, or what is wrong with it, for people. Bounds: 64 query
/// parameters. The decoded texts are valid UTF-8 without control characters; dot segments stay as they are.
std::expected<Target, std::string_view> parse_target(std::string_view target);

/// `%41` becomes `A`, and with `plus_is_space` (in a query) `+` a space. Empty optional: a stray `%`, or no plain text.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace mxfleet
