// What must never be shown, though a server may say it back to us: the password, and how it stands on the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/wire/base64.hpp"

namespace mxfleet {

inline constexpr std::string_view asterisks = "********";

/// The message of SASL PLAIN (RFC 4616 §2).
inline std::string plain_message(std::string_view username, std::string_view password) {
    return std::string(1, '\0').append(username).append(1, '\0').append(password);
}

/// An IMAP quoted string (RFC 9051 §4.3). Precondition: no line ends in it.
inline std::string imap_quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

class Secrets {
public:
    Secrets() = default;
    Secrets(std::string_view username, std::string_view password)
        : texts_{base64(plain_message(username, password)), base64(password), imap_quoted(password),
                 std::string(password)} {}

    /// The text with every secret in it hidden.
    std::string without(std::string text) const {
        for (const std::string& secret : texts_) {
            if (secret.empty()) continue;
            for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + asterisks.size()))
                text.replace(at, secret.size(), asterisks);
        }
        return text;
    }

private:
    std::vector<std::string> texts_;  ///< the longer before what is part of them
};

}  // namespace mxfleet
