// Names as people write them, brought to the one form that everything else compares: lower-case A-labels without a
// trailing dot. Never looks anything up.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mxfleet {

/// A mail domain (RFC 5321 §2.3.5, RFC 5890 §2.3.2.1). UTF-8 goes through UTS 46 (non-transitional); a name that is
/// ASCII already is only lower-cased and checked, A-labels in it are taken as they are: what DNS has is what counts.
/// At least two labels of letters, digits and inner hyphens, at most 63 bytes each and 253 in all; the last is no
/// number. The error says in words what is wrong.
std::expected<std::string, std::string> normalise_domain(std::string_view text);

/// A host name: like a domain, but one label will do (`localhost`) and underscores pass, because the DNS of real
/// exchanges has them.
std::expected<std::string, std::string> normalise_host(std::string_view text);

/// A mail address, RFC 5321 §4.1.2: `local-part@domain`, the local part as it is (a Dot-string of at most 64 bytes,
/// no quotes, ASCII) and the domain normalised.
std::expected<std::string, std::string> normalise_mail_address(std::string_view text);

}  // namespace mxfleet
