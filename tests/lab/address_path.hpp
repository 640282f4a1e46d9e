// The path in MAIL FROM and RCPT TO (RFC 5321 §4.1.2), taken apart. Strict: what is not a path is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxfleet::lab {

struct AddressPath {
    std::string local;       ///< lower-case, as it stands, quotes included
    std::string domain;      ///< lower-case; empty: none
    std::string parameters;  ///< what follows the path, without leading spaces

    bool is_null() const { return local.empty(); }
    std::string text() const { return domain.empty() ? local : local + "@" + domain; }
};

/// `<user@example.com> SIZE=1`. A source route is dropped, as §4.1.1.3 asks for.
std::optional<AddressPath> parse_path(std::string_view text);

}  // namespace mxfleet::lab
