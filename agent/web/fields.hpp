// The fields of a request's head, read again and strictly. libmicrohttpd 0.9.75 takes folded lines (and joins them
// wrongly), bare line feeds, NULs, any name, and two lengths; what it takes two ways, somebody before it may have taken
// another way (RFC 9112 §11.2).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/web/http.hpp"

namespace mxfleet {

/// The field lines as libmicrohttpd leaves them in memory: from the end of the request line's version to behind the
/// empty line, with two NULs where CRLF was and a NUL where the first colon of a line was. Gives the fields, names in
/// lower case and values without the white space around them, or what is wrong, for people.
std::expected<std::vector<HttpField>, std::string_view> read_fields(std::string_view lines);

struct Refusal {
    int status = 400;
    std::string_view message;

    bool operator==(const Refusal&) const = default;
};

/// How long a request's body is.
struct Framing {
    bool is_chunked = false;
    std::uint64_t length = 0;  ///< if not chunked

    bool operator==(const Framing&) const = default;
};

/// The framing of a request with these fields (RFC 9112 §6), or why it is refused: two lengths, a length besides a
/// transfer coding, a coding we do not know, a Host that is missing, twice there or none.
std::expected<Framing, Refusal> framing_of(const std::vector<HttpField>& fields, bool is_http_1_0);

}  // namespace mxfleet
