#include "probes/mailbox/letters.hpp"

#include <algorithm>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// `part` is in lower case.
bool contains(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) { return lower(a) == b; };
    return !std::ranges::search(text, part, same).empty();
}

bool begins(std::string_view text, std::string_view part) {
    return same_but_for_case(text.substr(0, part.size()), part);
}

/// One field with the lines it is folded into (RFC 5322 §2.2.3), taken off the front; empty at the header's end.
std::string_view take_field(std::string_view& rest) {
    std::size_t end = 0;
    do {
        const auto newline = rest.find('\n', end);
        end = newline == rest.npos ? rest.size() : newline + 1;
        if (end <= 2 && (rest.starts_with('\n') || rest.starts_with("\r\n"))) return {};
    } while (end < rest.size() && (rest[end] == ' ' || rest[end] == '\t'));
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end);
    return field;
}

}  // namespace

LetterKind letter_kind(std::string_view text) {
    bool is_report = false;
    for (std::string_view field = take_field(text); !field.empty(); field = take_field(text)) {
        if (begins(field, "x-mxfleet-token:")) return LetterKind::message;
        is_report = is_report || (begins(field, "content-type:") && contains(field, "multipart/report")) ||
                    (begins(field, "from:") && contains(field, "mailer-daemon"));
    }
    return is_report ? LetterKind::report : LetterKind::foreign;
}

bool may_concern_us(std::string_view report) {
    return contains(report, "x-mxfleet-token") || contains(report, "original-envelope-id");
}

}  // namespace mxfleet
