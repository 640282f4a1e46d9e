#include "probes/flow/message.hpp"

#include "probes/flow/mail_date.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t header_value_limit = 320;  ///< the longest address there is (RFC 5321 §4.5.3.1)

/// What comes from configuration and DNS, as one piece of a header line.
std::string on_one_line(std::string_view text) {
    std::string line;
    for (const char c : text.substr(0, header_value_limit)) {
        if (c >= ' ' && c != '\x7f') line += c;
    }
    return line;
}

std::string domain_of(std::string_view address) {
    return on_one_line(address.substr(address.rfind('@') + 1));
}

}  // namespace

std::string compose(const TestMessage& message) {
    const std::string token = message.token.text();
    const std::string place = on_one_line(message.handed_to.text());
    std::string text;
    const auto line = [&](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    line("Date", mail_date(message.token.at));
    line("From", "<" + on_one_line(message.from) + ">");
    line("To", "<" + on_one_line(message.to) + ">");
    line("Message-ID", "<" + token + "@" + domain_of(message.from) + ">");
    line("Subject", "mxfleet test message " + token);
    line(token_field, token + "; ip=" + message.handed_to.ip.text());
    line("Auto-Submitted", "auto-generated");
    line("MIME-Version", "1.0");
    line("Content-Type", "text/plain; charset=utf-8");
    text += "\r\nThis is a test of mail delivery. mxfleet sends it, finds it in the mailbox, and removes it.\r\n\r\n";
    text += "Flow:      " + on_one_line(message.flow) + "\r\n";
    text += "Handed to: " + place + "\r\n";
    return text;
}

}  // namespace mxfleet
