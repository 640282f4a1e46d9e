#include "probes/flow/received.hpp"

#include <algorithm>

#include "probes/flow/mail_date.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t shown_name_limit = 128;

/// The word behind `keyword`, which stands by itself.
std::string word_after(std::string_view clause, std::string_view keyword) {
    bool is_next = false;
    while (!clause.empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(clause, is_blank) - clause.begin());
        const std::string_view word = clause.substr(0, end);
        if (is_next && !word.empty()) return printable(word, shown_name_limit);
        if (!word.empty()) is_next = lower_case(word) == keyword;
        clause.remove_prefix(std::min(clause.size(), end + 1));
    }
    return {};
}

Hop hop_in(std::string_view value) {
    const auto semicolon = value.rfind(';');
    const std::string clause = without_comments(value.substr(0, semicolon));
    Hop hop{word_after(clause, "from"), word_after(clause, "by"), word_after(clause, "with"), {}, {}};
    if (semicolon != value.npos) hop.at = read_mail_date(value.substr(semicolon + 1));
    return hop;
}

}  // namespace

std::vector<Hop> hops_in(const Header& header, std::optional<std::chrono::sys_seconds> sent_at) {
    std::vector<Hop> hops;
    for (const std::string_view value : header.values("received")) {
        if (hops.size() == hops_limit) break;
        hops.push_back(hop_in(value));
    }
    std::ranges::reverse(hops);
    for (Hop& hop : hops) {
        if (hop.at && sent_at) hop.took = *hop.at - *sent_at;
        if (hop.at) sent_at = hop.at;
    }
    return hops;
}

}  // namespace mxfleet
