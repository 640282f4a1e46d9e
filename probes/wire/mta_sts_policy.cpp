#include "probes/wire/mta_sts_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "probes/model/ascii.hpp"
#include "probes/wire/policy_text.hpp"

namespace mxfleet {
namespace {

using namespace policy_text;

constexpr std::size_t label_limit = 63;
constexpr std::size_t host_limit = 253;
constexpr std::size_t max_age_digits = 10;

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= label_limit && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_host(std::string_view host) {
    if (host.empty() || host.size() > host_limit) return false;
    while (true) {
        const auto dot = host.find('.');
        if (!is_label(host.substr(0, std::min(dot, host.size())))) return false;
        if (dot == host.npos) return true;
        host.remove_prefix(dot + 1);
    }
}

/// What the lines said so far.
struct Draft {
    std::optional<std::string_view> version, mode, max_age;
    std::vector<std::string> mx;
};

/// Takes one line in; gives what is wrong with it.
std::optional<RecordFault> take(Draft& draft, std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos || !is_key(line.substr(0, colon))) return in_backticks(line) + " is no `key: value`";
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "version" && !draft.version) draft.version = value;
    if (key == "mode" && !draft.mode) draft.mode = value;
    if (key == "max_age" && !draft.max_age) draft.max_age = value;
    if (key != "mx") return std::nullopt;
    if (!is_host(value.starts_with("*.") ? value.substr(2) : value)) {
        return "mx " + in_backticks(value) + " is neither a host name nor `*.` and one";
    }
    if (draft.mx.size() == mta_sts_mx_limit) return "it has more than " + std::to_string(mta_sts_mx_limit) + " mx";
    draft.mx.push_back(lower_case(value));
    return std::nullopt;
}

std::optional<MtaStsMode> mode_of(std::string_view text) {
    for (const MtaStsMode mode : {MtaStsMode::none, MtaStsMode::testing, MtaStsMode::enforce}) {
        if (name(mode) == text) return mode;
    }
    return std::nullopt;
}

std::optional<std::chrono::seconds> max_age_of(std::string_view text) {
    std::int64_t age = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), age);
    const bool is_number = error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
    if (!is_number || text.size() > max_age_digits) return std::nullopt;
    return std::chrono::seconds{age};
}

std::expected<MtaStsPolicy, RecordFault> finished(Draft draft) {
    const auto wrong = [](std::string_view key, const std::optional<std::string_view>& value, std::string_view right) {
        const std::string word = "`" + std::string(key) + "`";
        if (!value) return std::unexpected(RecordFault(word + " is missing"));
        return std::unexpected(RecordFault(word + " is " + in_backticks(*value) + ", not " + std::string(right)));
    };
    if (draft.version != "STSv1") return wrong("version", draft.version, "STSv1");
    const auto mode = draft.mode ? mode_of(*draft.mode) : std::nullopt;
    if (!mode) return wrong("mode", draft.mode, "enforce, testing or none");
    const auto max_age = draft.max_age ? max_age_of(*draft.max_age) : std::nullopt;
    if (!max_age || *max_age > mta_sts_longest_max_age) return wrong("max_age", draft.max_age, "0 to 31557600");
    if (draft.mx.empty() && *mode != MtaStsMode::none) return std::unexpected("no `mx` is named");
    return MtaStsPolicy{*mode, *max_age, std::move(draft.mx)};
}

}  // namespace

std::string_view name(MtaStsMode mode) noexcept {
    switch (mode) {
        case MtaStsMode::none: return "none";
        case MtaStsMode::testing: return "testing";
        case MtaStsMode::enforce: return "enforce";
    }
    __builtin_unreachable();
}

std::expected<MtaStsPolicy, RecordFault> read_mta_sts_policy(std::string_view body) {
    if (body.size() > mta_sts_body_limit) return std::unexpected("it is longer than 64 KiB");
    Draft draft;
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        std::string_view line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trimmed(line).empty()) continue;  // nobody minds one more at the end
        if (auto fault = take(draft, line)) return std::unexpected(std::move(*fault));
    }
    return finished(std::move(draft));
}

bool allows(const MtaStsPolicy& policy, std::string_view exchange) {
    const std::string host = lower_case(exchange);
    const auto dot = host.find('.');
    const std::string_view parent =
        dot == host.npos || dot == 0 ? std::string_view{} : std::string_view(host).substr(dot);
    return std::ranges::any_of(policy.mx, [&](std::string_view pattern) {
        return pattern.starts_with("*.") ? !parent.empty() && pattern.substr(1) == parent : pattern == host;
    });
}

}  // namespace mxfleet
