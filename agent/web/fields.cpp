#include "agent/web/fields.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::string_view line_end("\0\0", 2);

/// RFC 9110 §5.6.2
bool is_token_character(char c) {
    return is_alphanumeric(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").contains(c));
}

bool is_value_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= ' ' && byte != 0x7f);
}

/// A reg-name or an IP literal, and a port; empty is allowed (RFC 9110 §7.2).
bool is_host_character(char c) {
    return is_alphanumeric(c) || (c != '\0' && std::string_view("-._~:[]%").contains(c));
}

/// The bytes up to the next NUL, which stays.
std::string_view take_text(std::string_view& rest) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(text.size());
    return text;
}

std::vector<std::string_view> values_of(const std::vector<HttpField>& fields, std::string_view name) {
    std::vector<std::string_view> values;
    for (const HttpField& field : fields) {
        if (field.name == name) values.push_back(field.value);
    }
    return values;
}

std::optional<Refusal> host_problem(const std::vector<HttpField>& fields, bool is_http_1_0) {
    const auto hosts = values_of(fields, "host");
    if (hosts.empty() && !is_http_1_0) return Refusal{400, "the request has no Host"};
    if (hosts.size() > 1) return Refusal{400, "the request has more than one Host"};
    if (!hosts.empty() && !std::ranges::all_of(hosts[0], is_host_character)) return Refusal{400, "Host is no host"};
    return std::nullopt;
}

std::expected<Framing, Refusal> chunked_framing(const std::vector<std::string_view>& codings, bool is_http_1_0) {
    if (is_http_1_0) return std::unexpected(Refusal{400, "HTTP/1.0 has no transfer codings"});
    if (codings.size() > 1) return std::unexpected(Refusal{400, "the request has more than one Transfer-Encoding"});
    if (lower_case(codings[0]) != "chunked") return std::unexpected(Refusal{501, "that transfer coding is not known"});
    return Framing{true, 0};
}

}  // namespace

std::expected<std::vector<HttpField>, std::string_view> read_fields(std::string_view lines) {
    std::vector<HttpField> fields;
    while (lines.starts_with(line_end)) {
        lines.remove_prefix(line_end.size());
        if (lines == line_end) return fields;
        if (lines.starts_with(' ') || lines.starts_with('\t')) return std::unexpected("a field line is folded");

        const std::string_view name = take_text(lines);
        if (name.empty() || !std::ranges::all_of(name, is_token_character) || lines.empty())
            return std::unexpected("a field name is malformed");
        lines.remove_prefix(1);
        const std::string_view value = take_text(lines);
        if (!std::ranges::all_of(value, is_value_character))
            return std::unexpected("a field value has a control character");
        fields.push_back({lower_case(name), std::string(trimmed(value))});
    }
    return std::unexpected("a line of the head does not end in CR LF, or has a NUL");
}

std::expected<Framing, Refusal> framing_of(const std::vector<HttpField>& fields, bool is_http_1_0) {
    if (const auto problem = host_problem(fields, is_http_1_0)) return std::unexpected(*problem);
    const auto codings = values_of(fields, "transfer-encoding");
    const auto lengths = values_of(fields, "content-length");
    if (!codings.empty() && !lengths.empty())
        return std::unexpected(Refusal{400, "the request has both Transfer-Encoding and Content-Length"});
    if (!codings.empty()) return chunked_framing(codings, is_http_1_0);
    if (lengths.empty()) return Framing{};
    if (lengths.size() > 1) return std::unexpected(Refusal{400, "the request has more than one Content-Length"});

    Framing framing;
    const char* const end = lengths[0].data() + lengths[0].size();
    const auto parsed = std::from_chars(lengths[0].data(), end, framing.length);
    if (parsed.ec == std::errc::result_out_of_range) return std::unexpected(Refusal{413, "the body is too large"});
    if (parsed.ec != std::errc{} || parsed.ptr != end)
        return std::unexpected(Refusal{400, "Content-Length is no number"});
    return framing;
}

}  // namespace mxfleet
