// How a message and its envelope stand in an SMTP session: dot-stuffed lines (RFC 5321 §4.5.2) and the xtext of DSN's
// parameters (RFC 3461 §4). Bytes in, bytes out.
#pragma once

#include <string>
#include <string_view>

namespace mxfleet {

/// The message as lines that each end in CR LF, a dot before each that begins with one. The final dot is not among
/// them. CR and LF that stand alone end a line, too: no server may see an end of the message where others see none.
std::string dot_stuffed(std::string_view message);

/// `text` as the value of ENVID, or of ORCPT behind the type of address.
std::string xtext(std::string_view text);

}  // namespace mxfleet
