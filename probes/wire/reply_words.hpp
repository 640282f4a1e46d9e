// What reply codes mean, in plain words: RFC 5321 §4.2.3 and its extensions, RFC 3463 §3 and the registry it made. One
// table for the terminal, the API and the page. Nothing here is from a server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

/// "refused: delivery not authorised" of 554 5.7.1. Empty where the code is none.
std::string reply_in_words(int code, const std::optional<EnhancedCode>& enhanced);

/// The same of a line as it is shown, "554 5.7.1 Relay access denied"; empty where it is no reply, or not the last line
/// of one.
std::string line_in_words(std::string_view line);

}  // namespace mxfleet
