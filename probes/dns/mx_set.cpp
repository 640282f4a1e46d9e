#include "probes/dns/mx_set.hpp"

#include <algorithm>

#include "probes/dns/assess.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t shown_records = 8;

std::vector<std::string> records_of(const MxSet& set) {
    std::vector<std::string> records;
    records.reserve(set.size());
    for (const auto& [preference, exchange] : set)
        records.push_back(std::to_string(preference) + " " + exchange);
    return records;
}

using Ttl = std::optional<std::chrono::seconds>;

std::chrono::seconds larger(Ttl a, Ttl b) {
    const std::chrono::seconds none{0};
    return std::max(a.value_or(none), b.value_or(none));
}

}  // namespace

MxSet mx_set(const MxFacts& facts) {
    MxSet set;
    if (facts.state == MxState::null || facts.null_mixed) set.emplace(0, ".");
    if (facts.is_implicit) return set;
    for (const MxExchange& exchange : facts.exchanges)
        set.emplace(exchange.preference, exchange.name);
    return set;
}

std::string lines_of(const MxSet& set) {
    std::string lines;
    for (const std::string& record : records_of(set)) {
        if (!lines.empty()) lines += '\n';
        lines += record;
    }
    return lines;
}

std::string in_words(const MxSet& set) {
    return set.empty() ? "no MX record" : listed(records_of(set), shown_records);
}

OtherAnswer other_answer(std::string_view domain, std::string resolver, const DnsResult& result, std::size_t cap) {
    OtherAnswer other{std::move(resolver), {}, {}};
    if (!result.answer) return other;
    const MxFacts facts = assess_mx(domain, result, cap);
    other.set = mx_set(facts);
    other.ttl = facts.ttl;
    return other;
}

std::vector<Disagreement> follow(const std::vector<Disagreement>& held, const MxSet& ours, Ttl ttl,
                                 std::span<const OtherAnswer> others, SteadyTime now) {
    std::vector<Disagreement> disagreements;
    for (const OtherAnswer& other : others) {
        const auto known = std::ranges::find(held, other.resolver, &Disagreement::resolver);
        const bool goes_on = known != held.end() && known->ours == ours;
        if (!other.set) {
            if (!goes_on) continue;
            disagreements.push_back(*known);
            disagreements.back().answered = false;
        } else if (*other.set != ours) {
            const bool is_same = goes_on && known->theirs == *other.set;
            const SteadyTime from = is_same ? known->counts_from : now + larger(ttl, other.ttl);
            disagreements.push_back({other.resolver, ours, *other.set, from, true});
        }
    }
    return disagreements;
}

}  // namespace mxfleet
