#include "agent/web/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "agent/web/text.hpp"

namespace mxfleet {
namespace {

/// `text` between the quotes of a JSON string. What is no UTF-8 loses its bytes beyond ASCII.
std::string json_escaped(std::string_view text) {
    const bool keeps_high_bytes = is_utf8(text);
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            escaped += '\\';
            escaped += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            escaped += fmt::format("\\u{:04x}", byte);
        } else {
            escaped += byte < 0x80 || keeps_high_bytes ? c : '?';
        }
    }
    return escaped;
}

}  // namespace

Method method_of(std::string_view name) noexcept {
    if (name == "GET") return Method::get;
    if (name == "HEAD") return Method::head;
    if (name == "POST") return Method::post;
    return Method::other;
}

std::optional<std::string_view> HttpRequest::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &HttpField::name);
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

std::string HttpRequest::list_field(std::string_view name) const {
    std::string list;
    for (const HttpField& each : fields) {
        if (each.name != name) continue;
        if (!list.empty()) list += ", ";
        list += each.value;
    }
    return list;
}

std::optional<std::string_view> HttpRequest::parameter_of(std::string_view name) const {
    const auto found = std::ranges::find(query, name, &QueryParameter::name);
    if (found == query.end()) return std::nullopt;
    return found->value;
}

HttpResponse json_error(int status, std::string_view message) {
    HttpResponse response;
    response.status = status;
    response.content_type = "application/json; charset=utf-8";
    response.body = "{\"error\": \"" + json_escaped(message) + "\"}\n";
    return response;
}

}  // namespace mxfleet
