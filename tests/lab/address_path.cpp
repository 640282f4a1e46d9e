#include "tests/lab/address_path.hpp"

#include <algorithm>
#include <vector>

namespace mxfleet::lab {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

/// Where `wanted` stands outside quotes.
std::vector<std::size_t> unquoted(std::string_view text, char wanted) {
    std::vector<std::size_t> places;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quoted && text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && text[at] == wanted) {
            places.push_back(at);
        }
    }
    return places;
}

bool is_printable(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// `@a,@b:` in front of a mailbox.
std::string_view without_route(std::string_view path) {
    const auto colon = path.find(':');
    return path.starts_with('@') && colon != path.npos ? path.substr(colon + 1) : path;
}

}  // namespace

std::optional<AddressPath> parse_path(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto ends = unquoted(text, '>');
    if (!text.starts_with('<') || ends.empty() || !is_printable(text)) return std::nullopt;
    const auto rest = text.substr(ends.front() + 1);
    if (!rest.empty() && !rest.starts_with(' ')) return std::nullopt;
    AddressPath path;
    path.parameters = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));

    const auto mailbox = without_route(text.substr(1, ends.front() - 1));
    const auto signs = unquoted(mailbox, '@');
    if (signs.size() > 1 || mailbox.find('<') != mailbox.npos) return std::nullopt;
    path.local = lower_case(mailbox.substr(0, signs.empty() ? mailbox.npos : signs.front()));
    if (signs.empty()) return path;
    path.domain = lower_case(mailbox.substr(signs.front() + 1));
    if (path.local.empty() || path.domain.empty()) return std::nullopt;
    return path;
}

}  // namespace mxfleet::lab
