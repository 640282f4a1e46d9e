#include "probes/flow/header.hpp"

#include <algorithm>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// The next line, without what ends it.
std::string_view next_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void unfold(Header& header, std::string_view line) {
    if (header.fields.empty()) return;
    std::string& value = header.fields.back().value;
    const std::string_view more = trimmed(line);
    if (value.size() + more.size() < Header::value_limit) value.append(value.empty() ? "" : " ").append(more);
}

bool is_field_name(std::string_view name) {
    const auto is_allowed = [](char c) { return c > ' ' && c < '\x7f'; };
    return !name.empty() && std::ranges::all_of(name, is_allowed);
}

std::string unquoted(std::string_view value) {
    value = trimmed(value);
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    std::string text;
    for (std::size_t at = 1; at + 1 < value.size(); ++at) {
        if (value[at] == '\\' && at + 2 < value.size()) ++at;
        text += value[at];
    }
    return text;
}

}  // namespace

std::string_view Header::value(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &HeaderField::name);
    return found == fields.end() ? std::string_view{} : std::string_view(found->value);
}

std::vector<std::string_view> Header::values(std::string_view name) const {
    std::vector<std::string_view> all;
    for (const HeaderField& field : fields) {
        if (field.name == name) all.push_back(field.value);
    }
    return all;
}

Header read_header(std::string_view text) {
    Header header;
    while (!text.empty() && header.fields.size() < Header::fields_limit) {
        const std::string_view line = next_line(text);
        if (line.empty()) break;
        if (is_blank(line.front())) {
            unfold(header, line);
            continue;
        }
        const auto colon = line.find(':');
        const std::string_view name = trimmed(line.substr(0, colon));
        if (colon == line.npos || !is_field_name(name)) continue;
        const std::string_view value = trimmed(line.substr(colon + 1)).substr(0, Header::value_limit);
        header.fields.push_back({lower_case(name), std::string(value)});
    }
    header.body = text;
    return header;
}

ContentType read_content_type(std::string_view value) {
    ContentType content;
    for (const std::string& clause : clauses_of(without_comments(value))) {
        const auto equals = clause.find('=');
        if (content.type.empty()) {
            content.type = lower_case(clause);
        } else if (equals != clause.npos) {
            content.parameters.emplace(lower_case(trimmed(clause.substr(0, equals))),
                                       unquoted(clause.substr(equals + 1)));
        }
    }
    return content;
}

std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary) {
    std::vector<std::string_view> parts;
    if (boundary.empty()) return parts;
    const std::string delimiter = "--" + std::string(boundary);
    std::string_view rest = body;
    std::size_t begun = body.npos;
    while (!rest.empty()) {
        const auto line_begins = body.size() - rest.size();
        const std::string_view line = next_line(rest);
        if (!line.starts_with(delimiter)) continue;
        if (begun != body.npos) parts.push_back(body.substr(begun, line_begins - begun));
        begun = body.size() - rest.size();
        if (line.substr(delimiter.size()).starts_with("--") || parts.size() == parts_limit) return parts;
    }
    if (begun != body.npos) parts.push_back(body.substr(begun));
    return parts;
}

std::string without_comments(std::string_view value) {
    std::string text;
    std::size_t depth = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        const bool is_pair = c == '\\' && at + 1 < value.size();
        if (depth == 0 && c == '"') is_quoted = !is_quoted;
        if (!is_quoted && c == '(') ++depth;
        if (depth == 0) text.append(value.substr(at, is_pair ? 2 : 1));
        if (!is_quoted && c == ')' && depth > 0) {
            --depth;
            if (depth == 0) text += ' ';
        }
        if (is_pair) ++at;
    }
    return text;
}

std::vector<std::string> clauses_of(std::string_view value) {
    std::vector<std::string> clauses;
    std::size_t begun = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at <= value.size(); ++at) {
        const bool is_end = at == value.size();
        if (is_quoted && at + 1 < value.size() && value[at] == '\\') {
            ++at;
        } else if (!is_end && value[at] == '"') {
            is_quoted = !is_quoted;
        } else if (is_end || (value[at] == ';' && !is_quoted)) {
            clauses.emplace_back(trimmed(value.substr(begun, at - begun)));
            begun = at + 1;
        }
    }
    return clauses;
}

}  // namespace mxfleet
