#include "agent/judge/siblings.hpp"

#include <algorithm>
#include <map>

#include "probes/model/ascii.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

/// Certificates that were issued for each server by itself, in one go, are no difference.
constexpr auto same_dates = std::chrono::hours{24};
constexpr std::size_t shown_keywords = 8;

const SessionFacts* seen(const EndpointStatus& status) {
    return status.confirmation.confirmed == Confirmed::up ? status.last_up.get() : nullptr;
}

/// A refusal for the moment says nothing about how the server is set up.
bool tells_tls(const SessionFacts& facts) {
    return facts.tls || (facts.starttls && *facts.starttls != StartTls::temporary);
}

bool same_banner(const SessionFacts& a, const SessionFacts& b) {
    return same_but_for_case(a.greeting->host(), b.greeting->host());
}

bool same_capabilities(const std::shared_ptr<const Capabilities>& a, const std::shared_ptr<const Capabilities>& b) {
    return a == b || (a && b && a->keywords == b->keywords);
}

bool same_capabilities(const SessionFacts& a, const SessionFacts& b) {
    const bool both_inside = a.capabilities_tls && b.capabilities_tls;
    return same_capabilities(a.capabilities, b.capabilities) &&
           (!both_inside || same_capabilities(a.capabilities_tls, b.capabilities_tls));
}

bool same_certificate(const SessionFacts& a, const SessionFacts& b) {
    if (!a.tls || !b.tls) return true;
    if (a.tls->name_match != b.tls->name_match) return false;
    if (a.tls->chain == b.tls->chain) return true;
    const ChainFacts& one = *a.tls->chain;
    const ChainFacts& other = *b.tls->chain;
    const bool same_verdict =
        one.trusted == other.trusted && one.dates == other.dates && one.chain_complete == other.chain_complete;
    if (!same_verdict || a.tls->leaf() == nullptr || b.tls->leaf() == nullptr) return same_verdict;
    return std::chrono::abs(a.tls->leaf()->not_after - b.tls->leaf()->not_after) < same_dates;
}

bool same_tls(const SessionFacts& a, const SessionFacts& b) {
    if (!tells_tls(a) || !tells_tls(b)) return true;
    return a.tls.has_value() == b.tls.has_value() && (!a.tls || a.tls->version == b.tls->version);
}

// ---- In words -------------------------------------------------------------------------------------------------------

std::string banner_words(const SessionFacts& facts) {
    const std::string_view host = facts.greeting->host();
    return host.empty() ? "no name" : std::string(host);
}

std::string certificate_words(const SessionFacts& facts) {
    if (!facts.tls) return "none";
    const auto* const leaf = facts.tls->leaf();
    std::vector<std::string_view> faults;
    if (!facts.tls->chain->trusted) faults.push_back("not trusted");
    if (!facts.tls->name_match) faults.push_back("for another name");
    if (!facts.tls->chain->dates) faults.push_back("out of date");
    if (!facts.tls->chain->chain_complete) faults.push_back("incomplete chain");
    std::string words = faults.empty() ? "good" : listed(faults);
    if (leaf == nullptr) return words;
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(leaf->not_after));
    const auto two = [](unsigned number) { return (number < 10 ? "-0" : "-") + std::to_string(number); };
    return words + ", until " + std::to_string(static_cast<int>(day.year())) + two(static_cast<unsigned>(day.month())) +
           two(static_cast<unsigned>(day.day()));
}

std::string tls_words(const SessionFacts& facts) {
    return facts.tls ? std::string(facts.tls->version) : "no TLS";
}

/// What the others do not all have is told by `aspect_words`.
std::string capability_words(const SessionFacts& facts) {
    if (!facts.capabilities) return "no EHLO";
    const auto& keywords = facts.capabilities_tls ? facts.capabilities_tls->keywords : facts.capabilities->keywords;
    std::vector<std::string> all = keywords;
    const bool hides = facts.capabilities_tls && facts.capabilities->has(Capability::starttls);
    if (hides) all.push_back("STARTTLS");
    return listed(all, kept_keywords_limit);
}

struct AspectRow {
    SiblingAspect aspect;
    bool (*same)(const SessionFacts&, const SessionFacts&);
    std::string (*words)(const SessionFacts&);
};

constexpr auto aspects = std::to_array<AspectRow>({
    {SiblingAspect::banner, &same_banner, &banner_words},
    {SiblingAspect::capabilities, &same_capabilities, &capability_words},
    {SiblingAspect::certificate, &same_certificate, &certificate_words},
    {SiblingAspect::tls_version, &same_tls, &tls_words},
});

using Siblings = std::vector<const EndpointStatus*>;

/// Only what is not at all of them.
std::string odd_keywords(const Siblings& siblings) {
    std::map<std::string, std::vector<std::string>> having;
    for (const EndpointStatus* const each : siblings) {
        if (!seen(*each)->capabilities) continue;
        for (const std::string& keyword : seen(*each)->capabilities->keywords)
            having[keyword].push_back(each->key.ip.text());
    }
    std::vector<std::string> odd;
    for (const auto& [keyword, addresses] : having) {
        if (addresses.size() < siblings.size()) odd.push_back(keyword + " only at " + listed(addresses));
    }
    return listed(odd, shown_keywords);
}

std::string aspect_words(const AspectRow& row, const Siblings& siblings) {
    const std::string title = std::string(name(row.aspect)) + ": ";
    if (row.aspect == SiblingAspect::capabilities) {
        if (const std::string odd = odd_keywords(siblings); !odd.empty()) return title + odd;
    }
    std::map<std::string, std::vector<std::string>> places;
    for (const EndpointStatus* const each : siblings)
        places[row.words(*seen(*each))].push_back(each->key.ip.text());
    std::vector<std::string> values;
    for (const auto& [value, addresses] : places)
        values.push_back(value + " at " + listed(addresses));
    return title + listed(values);
}

Siblings those_up(std::span<const EndpointStatus* const> endpoints) {
    Siblings up;
    for (const EndpointStatus* const each : endpoints) {
        if (seen(*each) != nullptr && seen(*each)->greeting) up.push_back(each);
    }
    return up;
}

Finding finding_of(const SiblingComparison& comparison, const Siblings& siblings) {
    std::vector<std::string> words;
    for (const AspectRow& row : aspects) {
        if (comparison.differ[static_cast<std::size_t>(row.aspect)]) words.push_back(aspect_words(row, siblings));
    }
    // Servers that each greet by a name of their own are set up as RFC 5321 §4.2 has it.
    const bool banner_only = std::ranges::count(comparison.differ, true) == 1 && comparison.differ[0];
    constexpr FindingCode code("siblings.differ");
    const Severity severity = banner_only ? Severity::info : code.row().severity;
    std::string summary;
    for (const std::string& each : words)
        summary += (summary.empty() ? "" : "; ") + each;
    return {Statement(code, severity, summary), Scope::exchange, siblings.front()->key.mx, {}, 0, {}};
}

}  // namespace

std::string_view name(SiblingAspect aspect) noexcept {
    switch (aspect) {
        case SiblingAspect::banner: return "banner";
        case SiblingAspect::capabilities: return "capabilities";
        case SiblingAspect::certificate: return "certificate";
        case SiblingAspect::tls_version: return "tls_version";
    }
    __builtin_unreachable();
}

bool SiblingComparison::any() const {
    return std::ranges::find(differ, true) != differ.end();
}

SiblingComparison compare_siblings(std::span<const EndpointStatus* const> siblings) {
    SiblingComparison comparison;
    const SessionFacts* first = nullptr;
    for (const EndpointStatus* const each : siblings) {
        const SessionFacts* const facts = seen(*each);
        if (facts == nullptr || !facts->greeting) continue;
        ++comparison.compared;
        if (first == nullptr) first = facts;
        for (const AspectRow& row : aspects) {
            bool& differs = comparison.differ[static_cast<std::size_t>(row.aspect)];
            differs = differs || !row.same(*first, *facts);
        }
    }
    return comparison;
}

std::vector<Finding> judge_siblings(std::span<const EndpointStatus* const> endpoints) {
    std::vector<Finding> findings;
    if (endpoints.size() < 2) return findings;
    Siblings sorted(endpoints.begin(), endpoints.end());
    std::ranges::stable_sort(sorted, {}, [](const EndpointStatus* each) { return each->key.mx.text(); });
    for (auto first = sorted.begin(); first != sorted.end();) {
        const auto last =
            std::find_if(first, sorted.end(), [&](const auto* each) { return each->key.mx != (*first)->key.mx; });
        const SiblingComparison comparison = compare_siblings({first, last});
        if (comparison.any()) findings.push_back(finding_of(comparison, those_up({first, last})));
        first = last;
    }
    return findings;
}

bool same_to_siblings(const EndpointStatus& a, const EndpointStatus& b) {
    const SessionFacts* const one = seen(a);
    const SessionFacts* const other = seen(b);
    if (one == other) return true;
    if (one == nullptr || other == nullptr || !one->greeting || !other->greeting) return false;
    return std::ranges::all_of(aspects, [&](const AspectRow& row) { return row.same(*one, *other); });
}

}  // namespace mxfleet
