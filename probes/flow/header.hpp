// The header of a message (RFC 5322 §2.2), as far as it takes to know a letter: its fields in order, unfolded. What is
// longer than the limits is cut there.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mxfleet {

struct HeaderField {
    std::string name;   ///< in lower case
    std::string value;  ///< on one line, without blanks around it
};

struct Header {
    static constexpr std::size_t fields_limit = 256;
    static constexpr std::size_t value_limit = std::size_t{8} * 1024;

    std::vector<HeaderField> fields;
    std::string_view body;  ///< what stands behind the empty line

    /// Of the first field of that name, in lower case; empty where there is none.
    std::string_view value(std::string_view name) const;
    std::vector<std::string_view> values(std::string_view name) const;
};

/// `text` outlives it. Lines end in CRLF or LF; one that is no field is skipped.
Header read_header(std::string_view text);

/// A MIME type with its parameters (RFC 2045 §5.1). Names and the type itself are in lower case.
struct ContentType {
    std::string type;
    std::map<std::string, std::string> parameters;
};

ContentType read_content_type(std::string_view value);

/// The parts between the boundaries of a multipart body (RFC 2046 §5.1), at most so many. The last one's end may be
/// cut.
inline constexpr std::size_t parts_limit = 16;
std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary);

/// The value without what stands in parentheses (RFC 5322 §3.2.2).
std::string without_comments(std::string_view value);

/// The value cut at each semicolon outside of quotes; each piece without blanks around it. There is always one.
std::vector<std::string> clauses_of(std::string_view value);

}  // namespace mxfleet
