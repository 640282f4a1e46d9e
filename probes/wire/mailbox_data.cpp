#include "probes/wire/mailbox_data.hpp"

#include <algorithm>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t attributes_limit = 32;
constexpr std::size_t name_limit = 512;

/// Reads the parts of a line one after the other (RFC 9051 §4). Once something is not as it must be, nothing is.
class Cursor {
public:
    explicit Cursor(std::string_view rest) : rest_(rest) {}

    bool is_at_end() const { return rest_.empty(); }
    bool is_at(char c) const { return rest_.starts_with(c); }

    bool take(char c) {
        if (!is_at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_spaces() {
        while (take(' ')) {
        }
    }

    /// What stands up to a space or a bracket; what is in square brackets belongs to it: `BODY[HEADER.FIELDS (TO)]<0>`.
    std::string_view atom() {
        std::size_t end = 0;
        for (bool inside = false; end < rest_.size(); ++end) {
            const char c = rest_[end];
            if (c == '[') inside = true;
            if (c == ']') inside = false;
            if (!inside && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
        }
        const std::string_view atom = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return atom;
    }

    /// A quoted string, a literal, or an atom; NIL is the empty text.
    std::optional<std::string> text() {
        if (is_at('"')) return quoted();
        if (is_at('{') || rest_.starts_with("~{")) return literal();
        const std::string_view word = atom();
        if (word.empty()) return std::nullopt;
        return upper_case(word) == "NIL" ? std::string() : std::string(word);
    }

    /// Leaves out one value: a text, or a list with whatever is in it.
    bool skip_value() {
        if (!is_at('(')) return text().has_value();
        std::size_t depth = 0;
        do {
            if (take('(')) {
                ++depth;
            } else if (take(')')) {
                --depth;
            } else if (!take(' ') && !text()) {
                return false;
            }
        } while (depth > 0);
        return true;
    }

private:
    std::optional<std::string> quoted() {
        std::string text;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                return text;
            }
            const bool is_escaped = rest_[at] == '\\';
            if (is_escaped) ++at;
            if (at < rest_.size()) text += rest_[at];
        }
        return std::nullopt;
    }

    std::optional<std::string> literal() {
        take('~');
        const auto end = rest_.find('}');
        if (end == rest_.npos) return std::nullopt;
        std::string_view digits = rest_.substr(1, end - 1);
        if (digits.ends_with('+')) digits.remove_suffix(1);
        const auto size = whole_number<std::size_t>(digits);
        rest_.remove_prefix(end + 1);
        take('\r');
        if (!size || !take('\n') || *size > rest_.size()) return std::nullopt;
        std::string text(rest_.substr(0, *size));
        rest_.remove_prefix(*size);
        return text;
    }

    std::string_view rest_;
};

bool begins(Cursor& line, std::string_view word) {
    const bool same = upper_case(line.atom()) == word;
    line.skip_spaces();
    return same;
}

/// The attributes in their brackets.
std::optional<std::vector<std::string>> attributes_at(Cursor& line) {
    if (!line.take('(')) return std::nullopt;
    std::vector<std::string> attributes;
    while (!line.take(')')) {
        const std::string_view attribute = line.atom();
        if (attribute.empty()) return std::nullopt;
        if (attributes.size() < attributes_limit) attributes.push_back(upper_case(attribute.substr(0, name_limit)));
        line.skip_spaces();
    }
    line.skip_spaces();
    return attributes;
}

}  // namespace

bool ListedFolder::has(std::string_view attribute) const {
    return std::ranges::find(attributes, attribute) != attributes.end();
}

std::string_view ListedFolder::leaf() const {
    const auto at = delimiter == '\0' ? std::string::npos : name.rfind(delimiter);
    return at == std::string::npos ? std::string_view(name) : std::string_view(name).substr(at + 1);
}

std::optional<ListedFolder> read_list_line(std::string_view text) {
    Cursor line(text);
    if (!begins(line, "LIST")) return std::nullopt;
    auto attributes = attributes_at(line);
    if (!attributes) return std::nullopt;
    const auto delimiter = line.text();
    line.skip_spaces();
    auto name = line.text();
    if (!delimiter || delimiter->size() > 1 || !name || name->empty() || name->size() > name_limit) return std::nullopt;
    return ListedFolder{std::move(*attributes), delimiter->empty() ? '\0' : delimiter->front(), std::move(*name)};
}

std::optional<std::uint32_t> read_uid_validity(std::string_view line) {
    constexpr std::string_view before = "OK [UIDVALIDITY ";
    const auto end = line.find(']');
    if (end == line.npos || upper_case(line.substr(0, before.size())) != before) return std::nullopt;
    return whole_number<std::uint32_t>(line.substr(before.size(), end - before.size()));
}

std::vector<std::uint32_t> read_search_line(std::string_view text) {
    Cursor line(text);
    if (!begins(line, "SEARCH")) return {};
    std::vector<std::uint32_t> numbers;
    while (!line.is_at_end()) {
        const auto number = whole_number<std::uint32_t>(line.atom());
        if (!number) break;  // `(MODSEQ …)` of RFC 7162 stands last
        if (*number != 0) numbers.push_back(*number);
        line.skip_spaces();
    }
    return numbers;
}

std::optional<FetchedLetter> read_fetch_line(std::string_view text) {
    Cursor line(text);
    const bool has_number = whole_number<std::uint32_t>(line.atom()).has_value();
    line.skip_spaces();
    if (!has_number || !begins(line, "FETCH") || !line.take('(')) return std::nullopt;
    std::optional<std::uint32_t> uid;
    std::optional<std::string> body;
    while (!line.take(')')) {
        const std::string item = upper_case(line.atom());
        line.skip_spaces();
        if (item == "UID") {
            uid = whole_number<std::uint32_t>(line.atom());
        } else if (item.starts_with("BODY[")) {
            body = line.text();
        } else if (item.empty() || !line.skip_value()) {
            return std::nullopt;
        }
        line.skip_spaces();
        if (line.is_at_end()) return std::nullopt;
    }
    if (!uid || *uid == 0 || !body) return std::nullopt;
    return FetchedLetter{*uid, std::move(*body)};
}

std::optional<ListedLetter> read_uidl_line(std::string_view line) {
    constexpr std::size_t uid_limit = 70;  // RFC 1939 §7
    const auto space = line.find(' ');
    if (space == line.npos) return std::nullopt;
    const auto number = whole_number<std::uint32_t>(line.substr(0, space));
    std::string_view uid = line.substr(space + 1);
    while (uid.ends_with(' '))
        uid.remove_suffix(1);
    const auto is_printing = [](char c) { return c > ' ' && c < 0x7f; };
    const bool is_uid = !uid.empty() && uid.size() <= uid_limit && std::ranges::all_of(uid, is_printing);
    if (!number || *number == 0 || !is_uid) return std::nullopt;
    return ListedLetter{*number, std::string(uid)};
}

}  // namespace mxfleet
