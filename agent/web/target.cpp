#include "agent/web/target.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agent/web/text.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t max_parameters = 64;

/// A byte from its two hexadecimal digits.
std::optional<char> byte_of(std::string_view digits) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return static_cast<char>(value);
}

/// What a URI is written with; the fragment never reaches a server (RFC 3986 §3.5).
bool is_uri_character(char c) {
    return c > ' ' && c < '\x7f' && c != '#';
}

/// `http://host/path` names this server as `/path` does (RFC 9112 §3.2.2).
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        return path == target.npos ? "/" : target.substr(path);
    }
    return target;
}

/// The parameters of `name=value&…`; nothing between two `&` is no parameter.
std::expected<std::vector<QueryParameter>, std::string_view> parse_query(std::string_view text) {
    std::vector<QueryParameter> query;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(equals == pair.npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value) return std::unexpected("the query is not percent-encoded UTF-8 text");
        if (query.size() == max_parameters) return std::unexpected("the query has too many parameters");
        query.push_back({std::move(*name), std::move(*value)});
    }
    return query;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%') {
            const auto byte = byte_of(text.substr(at + 1, 2));
            if (!byte) return std::nullopt;
            decoded += *byte;
            at += 2;
        } else {
            decoded += text[at] == '+' && plus_is_space ? ' ' : text[at];
        }
    }
    if (!is_plain_text(decoded)) return std::nullopt;
    return decoded;
}

std::expected<Target, std::string_view> parse_target(std::string_view target) {
    if (!std::ranges::all_of(target, is_uri_character)) return std::unexpected("the target has a character no URI has");
    target = without_authority(target);
    const std::size_t question = target.find('?');
    const std::string_view path = target.substr(0, question);
    if (!path.starts_with('/')) return std::unexpected("the target is no path");

    const std::size_t last_segment = path.rfind('/') + 1;
    const auto parent = percent_decoded(path.substr(0, last_segment), false);
    const auto name = percent_decoded(path.substr(last_segment), false);
    if (!parent || !name) return std::unexpected("the path is not percent-encoded UTF-8 text");
    auto query = parse_query(question == target.npos ? "" : target.substr(question + 1));
    if (!query) return std::unexpected(query.error());
    return Target{*parent + *name, parent->size(), std::move(*query)};
}

}  // namespace mxfleet
