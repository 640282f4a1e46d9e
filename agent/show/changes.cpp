#include "agent/show/changes.hpp"

#include <algorithm>

#include "agent/show/endpoint_json.hpp"

namespace mxfleet {
namespace {

FindingCode code_of(const Finding& finding) {
    return finding.statement.code;
}

FindingCode code_of(const HeldStatement& held) {
    return held.statement.code;
}

/// The codes among `some` that are not among `others`, each once.
template <class Findings>
std::vector<FindingCode> apart(const Findings& some, const Findings& others) {
    std::vector<FindingCode> codes;
    for (const auto& each : some) {
        const auto is_same = [&](const auto& other) { return code_of(other) == code_of(each); };
        if (std::ranges::any_of(others, is_same) || std::ranges::find(codes, code_of(each)) != codes.end()) continue;
        codes.push_back(code_of(each));
    }
    return codes;
}

Json codes_json(const std::vector<FindingCode>& codes) {
    Json all = Json::array();
    for (const FindingCode code : codes)
        all.push_back(code.text());
    return all;
}

Json change_json(const Change& change) {
    Json json = {{"at", date_text(std::chrono::floor<std::chrono::seconds>(change.at))},
                 {"domain", nullptr},
                 {"mx", nullptr},
                 {"ip", nullptr},
                 {"port", nullptr},
                 {"was", change.was},
                 {"is", change.is}};
    if (change.ip) {
        json["mx"] = change.name;
        json["ip"] = change.ip->text();
        json["port"] = change.port;
    } else {
        json["domain"] = change.name;
    }
    json["came"] = codes_json(change.came);
    json["went"] = codes_json(change.went);
    return json;
}

bool is_wanted(const Change& change, const ChangesQuery& query) {
    if (query.before && change.number >= *query.before) return false;
    const auto is_its = [&](const std::string& name) { return change.name == name; };
    return query.names.empty() || std::ranges::any_of(query.names, is_its);
}

}  // namespace

/// From unknown to something is news only of a domain of which something was known once.
bool Changes::is_news(const DomainStatus& before, const DomainStatus& now) {
    if (now.judgement.verdict == Verdict::unknown) {
        if (turned_unknown_.size() < kept) turned_unknown_.insert(now.domain);
        return true;
    }
    return before.judgement.verdict != Verdict::unknown || turned_unknown_.erase(now.domain) > 0;
}

void Changes::domain_changed(const DomainStatus& before, const DomainStatus& now, WallTime at) {
    if (before.judgement.verdict == now.judgement.verdict) return;
    Change change{.at = at,
                  .name = now.domain,
                  .ip = {},
                  .was = name(before.judgement.verdict),
                  .is = name(now.judgement.verdict),
                  .came = apart(now.judgement.findings, before.judgement.findings),
                  .went = apart(before.judgement.findings, now.judgement.findings)};
    const std::lock_guard lock(mutex_);
    if (is_news(before, now)) add(std::move(change));
}

void Changes::endpoint_changed(const EndpointStatus& before, const EndpointStatus& now, WallTime at) {
    if (!before.checked_at) return;
    Change change{.at = at,
                  .name = now.key.mx,
                  .ip = now.key.ip,
                  .port = now.key.port,
                  .was = name(before.shown_state()),
                  .is = name(now.shown_state()),
                  .came = apart(now.findings, before.findings),
                  .went = apart(before.findings, now.findings)};
    if (before.is_confirmed_up() == now.is_confirmed_up() && change.came.empty() && change.went.empty()) return;
    const std::lock_guard lock(mutex_);
    add(std::move(change));
}

void Changes::add(Change change) {
    change.number = next_++;
    changes_.push_back(std::move(change));
    if (changes_.size() > kept) changes_.pop_front();
}

Json Changes::json(const ChangesQuery& query) const {
    Json items = Json::array();
    Json next = nullptr;
    std::uint64_t last = 0;
    const std::lock_guard lock(mutex_);
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
        if (!is_wanted(*change, query)) continue;
        if (items.size() == query.limit) {
            next = std::to_string(last);
            break;
        }
        items.push_back(change_json(*change));
        last = change->number;
    }
    return {{"items", std::move(items)}, {"next", std::move(next)}};
}

}  // namespace mxfleet
