#include "agent/web/content.hpp"

#include <algorithm>
#include <optional>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t max_elements = 64;

/// Takes what stands before the next `separator` that is not within quotes.
std::string_view take_part(std::string_view& rest, char separator) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size() && (quoted || rest[at] != separator); ++at) {
        if (rest[at] == '"') quoted = !quoted;
    }
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return trimmed(part);
}

/// RFC 9110 §12.4.2: `0`, `1`, and up to three decimals.
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * unit;
        unit /= 10;
    }
    return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

std::string_view unquoted(std::string_view text) {
    const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return is_quoted ? text.substr(1, text.size() - 2) : text;
}

std::optional<WeightedName> parse_element(std::string_view element) {
    WeightedName parsed;
    parsed.name = lower_case(take_part(element, ';'));
    if (parsed.name.empty()) return std::nullopt;
    while (!element.empty()) {
        std::string_view value = take_part(element, ';');
        const std::string name = lower_case(take_part(value, '='));
        if (name == "version") parsed.version = unquoted(trimmed(value));
        if (name != "q") continue;
        const auto weight = parse_weight(trimmed(value));
        if (!weight) return std::nullopt;
        parsed.weight = *weight;
    }
    return parsed;
}

/// How closely a range names the type, in that version: 0 not at all.
int closeness(const WeightedName& range, std::string_view type, std::string_view version) {
    if (range.name == type && range.version == version) return 4;
    if (range.name == type && range.version.empty()) return 3;
    if (range.name == std::string(type.substr(0, type.find('/'))) + "/*") return 2;
    return range.name == "*/*" ? 1 : 0;
}

/// The weight of the range that names the type most closely (RFC 9110 §12.5.1).
int weight_of(const std::vector<WeightedName>& ranges, std::string_view type, std::string_view version) {
    int closest = 0;
    int weight = 0;
    for (const WeightedName& range : ranges) {
        const int close = closeness(range, type, version);
        if (close <= closest) continue;
        closest = close;
        weight = range.weight;
    }
    return weight;
}

}  // namespace

std::vector<WeightedName> weighted_names(std::string_view list) {
    std::vector<WeightedName> names;
    while (!list.empty() && names.size() < max_elements) {
        if (auto parsed = parse_element(take_part(list, ','))) names.push_back(std::move(*parsed));
    }
    return names;
}

MetricsFormat metrics_format(std::string_view accept) {
    const auto ranges = weighted_names(accept);
    const int openmetrics = weight_of(ranges, "application/openmetrics-text", "1.0.0");
    const int text = weight_of(ranges, "text/plain", "0.0.4");
    return openmetrics > text ? MetricsFormat::openmetrics : MetricsFormat::text;
}

bool accepts_gzip(std::string_view accept_encoding) {
    const auto codings = weighted_names(accept_encoding);
    for (const std::string_view name : {"gzip", "x-gzip", "*"}) {
        const auto found = std::ranges::find(codings, name, &WeightedName::name);
        if (found != codings.end()) return found->weight > 0;
    }
    return false;
}

}  // namespace mxfleet
