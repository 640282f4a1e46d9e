#include "agent/service/list_query.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t page_limit = 1000;

using Complaint = std::string;

constexpr auto verdicts = std::to_array({Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown});
constexpr auto states = std::to_array({EndpointState::up, EndpointState::down, EndpointState::rate_limited,
                                       EndpointState::blocked_us, EndpointState::unknown, EndpointState::skipped});

/// The value of that name. An empty text is as good as none.
template <class Value, std::size_t count>
Complaint read_word(const HttpRequest& request, std::string_view parameter, const std::array<Value, count>& values,
                    std::optional<Value>& into) {
    const auto text = request.parameter_of(parameter).value_or("");
    if (text.empty()) return {};
    std::string words;
    for (const Value value : values) {
        if (name(value) == text) into = value;
        if (!words.empty()) words.append(", ");
        words.append(name(value));
    }
    if (into) return {};
    return std::string(parameter).append(" is one of ").append(words);
}

Complaint read_limit(const HttpRequest& request, ListQuery& query) {
    const auto text = request.parameter_of("limit");
    if (!text) return {};
    query.limit = number_in(*text).value_or(0);
    if (query.limit >= 1 && query.limit <= page_limit) return {};
    return "limit is a number from 1 to " + std::to_string(page_limit);
}

Complaint read_code(const HttpRequest& request, ListQuery& query) {
    const auto text = request.parameter_of("code").value_or("");
    if (text.empty()) return {};
    query.code = FindingCode::find(text);
    return query.code ? Complaint{} : "no finding has that code";
}

Complaint read_order(const HttpRequest& request, ListQuery& query) {
    const auto text = request.parameter_of("order").value_or("name");
    if (text != "name" && text != "worst") return "order is name or worst";
    query.order = text == "worst" ? ListOrder::worst : ListOrder::name;
    return {};
}

}  // namespace

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

std::expected<ListQuery, std::string> read_list_query(const HttpRequest& request) {
    ListQuery query;
    query.after = request.parameter_of("after").value_or("");
    query.part = lower_case(request.parameter_of("q").value_or(""));
    for (const Complaint& complaint :
         {read_limit(request, query), read_word(request, "verdict", verdicts, query.verdict),
          read_word(request, "state", states, query.state), read_code(request, query), read_order(request, query)}) {
        if (!complaint.empty()) return std::unexpected(complaint);
    }
    return query;
}

}  // namespace mxfleet
