#include "tests/lab/listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "tests/lab/placement.hpp"

namespace mxfleet::lab {
namespace {

using Json = nlohmann::ordered_json;

std::string_view or_dash(std::string_view text) {
    return text.empty() ? "-" : text;
}

std::string endpoints_text(const Condition& condition) {
    std::vector<std::string> words;
    for (const Host& host : condition.hosts) {
        if (!is_endpoint(host)) continue;
        std::string word(or_dash(host.expect.state));
        if (!host.expect.starttls.empty()) word += fmt::format("/{}", host.expect.starttls);
        if (words.empty() || words.back() != word) words.push_back(word);  // many alike are said once
    }
    return words.empty() ? "-" : fmt::format("{}", fmt::join(words, " "));
}

/// Codes by severity, the doubtful ones marked.
std::string findings_text(const Expectation& expect) {
    std::vector<std::string> words(expect.findings.begin(), expect.findings.end());
    for (const auto code : expect.info) {
        words.push_back(fmt::format("({})", code));
    }
    for (const auto code : expect.may) {
        words.push_back(fmt::format("{}?", code));
    }
    return words.empty() ? "-" : fmt::format("{}", fmt::join(words, " "));
}

/// `true`, `false` and `null` as JSON has them.
Json truth(std::string_view word) {
    return word == "null" ? Json(nullptr) : Json(word == "true");
}

void put(Json& object, const char* key, std::string_view value) {
    if (!value.empty()) object[key] = value;
}

Json endpoint_json(const Placed& placed) {
    Json object = {{"mx", placed.name}, {"ip", placed.address.to_string()}};
    put(object, "state", placed.host->expect.state);
    put(object, "starttls", placed.host->expect.starttls);
    put(object, "relay", placed.host->expect.relay);
    return object;
}

Json expectation_json(const Numbered& numbered) {
    const Expectation& expect = numbered.condition.expect;
    Json object = Json::object();
    put(object, "verdict", expect.verdict);
    if (!expect.deliverable.empty()) object["deliverable"] = truth(expect.deliverable);
    put(object, "mx_state", expect.mx_state);
    put(object, "mx_error", expect.mx_error);
    object["endpoints"] = Json::array();
    for (const Placed& placed : place_hosts(numbered.number, numbered.condition)) {
        if (is_endpoint(*placed.host)) object["endpoints"].push_back(endpoint_json(placed));
    }
    object["findings"] = expect.findings;
    object["info"] = expect.info;
    object["may"] = expect.may;
    object["later"] = expect.later;
    object["senders"] = Json::object();
    for (const auto& [sender, word] : expect.senders) {
        object["senders"][std::string(sender)] = word;
    }
    if (!expect.findings_deep.empty()) object["findings_deep"] = expect.findings_deep;
    if (expect.is_deep_daily) object["deep_daily"] = true;
    return object;
}

}  // namespace

std::string conditions_table(const std::vector<Numbered>& conditions) {
    constexpr auto row = "{:<26}{:<10}{:<13}{:<30}{}\n";
    std::string text = fmt::format(row, "NAME", "VERDICT", "MX", "ENDPOINTS", "FINDINGS");
    for (const Numbered& numbered : conditions) {
        const Condition& condition = numbered.condition;
        text += fmt::format(row, condition.name, or_dash(condition.expect.verdict), condition.expect.mx_state,
                            endpoints_text(condition), findings_text(condition.expect));
        text += fmt::format("    {}: {}\n", condition.domain, condition.sick);
    }
    return text + "\nIn brackets: severity info. With a question mark: left open.\n";
}

std::string conditions_json(const std::vector<Numbered>& conditions, unsigned many_domains) {
    Json all = Json::array();
    for (const Numbered& numbered : conditions) {
        const auto domains = domains_of(numbered.condition, many_domains);
        all.push_back({{"name", numbered.condition.name},
                       {"description", numbered.condition.sick},
                       {"domain", domains.front()},
                       {"domains", domains},
                       {"expect", expectation_json(numbered)}});
    }
    return all.dump(2) + "\n";
}

}  // namespace mxfleet::lab
