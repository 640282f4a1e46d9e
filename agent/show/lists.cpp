#include "agent/show/lists.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "agent/judge/dane.hpp"
#include "agent/show/flow_json.hpp"
#include "agent/show/service_json.hpp"

namespace mxfleet {
namespace {

constexpr auto worst_first = std::to_array({Verdict::critical, Verdict::unknown, Verdict::warning, Verdict::ok});

Json page(Json items, Json next) {
    return {{"items", std::move(items)}, {"next", std::move(next)}};
}

/// The text before the first `separator`, and what follows it.
std::pair<std::string_view, std::string_view> divided(std::string_view text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == text.npos) return {text, {}};
    return {text.substr(0, at), text.substr(at + 1)};
}

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool has_part(std::string_view text, const std::string& part) {
    return text.find(part) != text.npos;
}

/// Whether the part is that of an address at all: to write each address out costs more than all the rest.
bool may_be_address(const std::string& part) {
    return part.find_first_not_of("0123456789abcdef.:") == part.npos;
}

bool names(const EndpointKey& key, const std::string& part) {
    return has_part(key.mx, part) || (may_be_address(part) && has_part(key.ip.text(), part));
}

bool names(const DomainStatus& domain, const std::string& part) {
    return has_part(domain.domain, part) ||
           std::ranges::any_of(domain.links, [&](const DomainLink& link) { return names(link.endpoint->key, part); });
}

/// Each statement that a domain's findings make, its endpoints' among them.
template <class Visit>
void visit_statements(const DomainView& view, const Visit& visit) {
    for (const Finding& finding : view.status->judgement.findings)
        visit(finding.statement);
    const MxFacts* const mx = view.status->mx.get();
    for (const auto& endpoint : view.endpoints) {
        for (const HeldStatement& held : endpoint->findings) {
            const FindingCode code = held.statement.code;
            if (is_ignored(code, *view.status->policy) || (mx != nullptr && !concerns(*mx, *endpoint, code))) continue;
            visit(held.statement);
        }
    }
}

// ---- Domains --------------------------------------------------------------------------------------------------------

bool passes(const DomainCell& cell, const ListQuery& query) {
    const auto status = cell.status.read();
    if (query.verdict && status->judgement.verdict != *query.verdict) return false;
    if (!query.part.empty() && !names(*status, query.part)) return false;
    if (!query.code) return true;
    bool found = false;
    visit_statements({status, read_endpoints(*status)},
                     [&](const Statement& said) { found = found || said.code == *query.code; });
    return found;
}

using DomainCells = std::vector<std::shared_ptr<DomainCell>>;

DomainCells::const_iterator first_after(const DomainCells& domains, std::string_view name) {
    if (name.empty()) return domains.begin();
    return std::ranges::upper_bound(domains, name, {}, [](const auto& cell) { return cell->name.text(); });
}

Json domains_by_name(const Fleet& fleet, const ListQuery& query) {
    Json items = Json::array();
    for (auto at = first_after(fleet.domains, query.after); at != fleet.domains.end(); ++at) {
        if (!passes(**at, query)) continue;
        if (items.size() == query.limit) {
            Json next = items.back()["domain"];
            return page(std::move(items), std::move(next));
        }
        items.push_back(domain_summary_json(DomainView::read(**at)));
    }
    return page(std::move(items), nullptr);
}

/// How many verdicts are worse.
std::size_t rank_of(Verdict verdict) {
    return static_cast<std::size_t>(std::ranges::find(worst_first, verdict) - worst_first.begin());
}

/// `after` is the verdict and the name of the last one, which may have changed since: what the page begins with is
/// decided by what it was.
Json domains_by_verdict(const Fleet& fleet, const ListQuery& query) {
    const auto [verdict, last] = divided(query.after, '/');
    std::size_t first_rank = 0;
    while (!query.after.empty() && first_rank < worst_first.size() && name(worst_first[first_rank]) != verdict)
        ++first_rank;
    std::array<std::vector<const DomainCell*>, worst_first.size()> ranked;
    for (const auto& cell : fleet.domains) {
        const std::size_t rank = rank_of(cell->status.read()->judgement.verdict);
        const bool is_before = rank < first_rank || (rank == first_rank && cell->name.text() <= last);
        if (is_before && !query.after.empty()) continue;
        if (ranked[rank].size() <= query.limit && passes(*cell, query)) ranked[rank].push_back(cell.get());
    }
    Json items = Json::array();
    std::string next;
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        for (const DomainCell* const cell : ranked[rank]) {
            if (items.size() == query.limit) return page(std::move(items), std::move(next));
            items.push_back(domain_summary_json(DomainView::read(*cell)));
            next = std::string(name(worst_first[rank])) + "/" + cell->name;
        }
    }
    return page(std::move(items), nullptr);
}

// ---- Findings -------------------------------------------------------------------------------------------------------

bool passes(const Finding& finding, const ListQuery& query) {
    const Statement& said = finding.statement;
    if (query.code && said.code != *query.code) return false;
    return !query.verdict || verdict_of(said.severity) == *query.verdict;
}

bool names(const Finding& finding, const std::string& part) {
    return has_part(finding.mx, part) || (finding.ip && may_be_address(part) && has_part(finding.ip->text(), part));
}

Json finding_of_domain_json(const Finding& finding, const Json& domain) {
    Json json = {{"domain", domain}};
    json.update(finding_json(finding));
    return json;
}

/// Takes findings, of one domain after the other, until the page is full.
class FindingPage {
public:
    explicit FindingPage(const ListQuery& query) : query_(query) {}

    /// `first` is the position of the first that the page before did not have. False: the page is full.
    bool take(const std::vector<Finding>& findings, std::string_view domain, std::size_t first) {
        const bool names_domain = query_.part.empty() || has_part(domain, query_.part);
        for (std::size_t at = first; at < findings.size(); ++at) {
            if (!passes(findings[at], query_) || !(names_domain || names(findings[at], query_.part))) continue;
            if (items_.size() == query_.limit) return false;
            items_.push_back(finding_of_domain_json(findings[at], domain.empty() ? Json(nullptr) : Json(domain)));
            last_ = std::string(domain) + "/" + std::to_string(at + 1);
        }
        return true;
    }

    Json full() { return page(std::move(items_), std::move(last_)); }
    Json last() { return page(std::move(items_), nullptr); }

private:
    const ListQuery& query_;
    Json items_ = Json::array();
    std::string last_;
};

/// The domain's own and those of its endpoints; none where there cannot be one that passes.
std::vector<Finding> findings_in(const DomainCell& cell, const ListQuery& query) {
    if (query.code && !passes(cell, {.code = query.code})) return {};
    return Report{DomainView::read(cell), {}, {}, {}}.findings();
}

// ---- Endpoints ------------------------------------------------------------------------------------------------------

Verdict verdict_of(const EndpointStatus& endpoint) {
    const EndpointState state = endpoint.shown_state();
    Verdict worst = state == EndpointState::unknown ? Verdict::unknown : Verdict::ok;
    for (const HeldStatement& held : endpoint.findings)
        worst = worse(worst, verdict_of(held.statement.severity));
    return worst;
}

bool passes(const EndpointStatus& endpoint, const ListQuery& query) {
    if (query.state && endpoint.shown_state() != *query.state) return false;
    if (query.verdict && verdict_of(endpoint) != *query.verdict) return false;
    if (!query.part.empty() && !names(endpoint.key, query.part)) return false;
    return !query.code || std::ranges::any_of(endpoint.findings, [&](const HeldStatement& held) {
        return held.statement.code == *query.code;
    });
}

Json endpoint_in_list(const EndpointStatus& endpoint) {
    Json json = endpoint_json(endpoint, Transcripts::hidden);
    json["verdict"] = name(verdict_of(endpoint));
    json["findings"] = Json::array();
    for (const HeldStatement& held : endpoint.findings)
        json["findings"].push_back(held.statement.code.text());
    return json;
}

std::string cursor_of(const EndpointKey& key) {
    return key.ip.text() + "/" + std::to_string(key.port) + "/" + key.mx;
}

/// Null for the first page. What is no cursor of ours begins at the end: nothing comes twice.
std::optional<EndpointKey> key_of(const std::string& cursor) {
    const auto [address, rest] = divided(cursor, '/');
    const auto [port, mx] = divided(rest, '/');
    const auto ip = IpAddress::parse(address);
    const auto port_number = number(port);
    if (!ip || !port_number || *port_number > 65535) return std::nullopt;
    return EndpointKey{mx, *ip, static_cast<std::uint16_t>(*port_number)};
}

// ---- Services -------------------------------------------------------------------------------------------------------

bool passes(const ServiceStatus& service, const ListQuery& query) {
    const auto is_in_state = [&](const auto& address) { return address.shown_state() == *query.state; };
    if (query.state && !std::ranges::any_of(service.addresses, is_in_state)) return false;
    if (query.verdict && service.verdict() != *query.verdict) return false;
    const auto is_named = [&](const auto& address) { return names(address.key, query.part); };
    const bool has_name = has_part(service.name, query.part) || has_part(service.host, query.part);
    if (!has_name && !std::ranges::any_of(service.addresses, is_named)) return false;
    const auto has_code = [&](const Finding& finding) { return finding.statement.code == *query.code; };
    return !query.code || std::ranges::any_of(service.all_findings(), has_code);
}

bool passes(const FlowStatus& flow, const ListQuery& query) {
    if (query.verdict && flow.verdict() != *query.verdict) return false;
    const auto is_named = [&](const EndpointKey& key) { return names(key, query.part); };
    const bool has_name = has_part(flow.name, query.part) || has_part(flow.settings.to, query.part);
    if (!has_name && !std::ranges::any_of(flow.endpoints, is_named)) return false;
    const auto has_code = [&](const Finding& finding) { return finding.statement.code == *query.code; };
    return !query.code || std::ranges::any_of(flow.findings, has_code);
}

/// A page of things that have a name, each without its transcripts.
template <class Cells, class Show>
Json page_by_name(const Cells& cells, const ListQuery& query, const Show& show) {
    Json items = Json::array();
    std::string next;
    for (const auto& cell : cells) {
        const auto status = cell->status.read();
        if (!query.after.empty() && status->name.text() <= query.after) continue;
        if (!passes(*status, query)) continue;
        if (items.size() == query.limit) return page(std::move(items), std::move(next));
        items.push_back(show(*status, Transcripts::hidden));
        next = status->name;
    }
    return page(std::move(items), nullptr);
}

// ---- At a glance ----------------------------------------------------------------------------------------------------

/// How many domains have a finding of each code, and how bad it is at worst.
class CodeCounts {
public:
    void add(const DomainView& view) {
        std::bitset<finding_table.size()> seen;
        visit_statements(view, [&](const Statement& said) {
            const auto row = static_cast<std::size_t>(&said.code.row() - finding_table.data());
            counts_[row].worst = worse(counts_[row].worst, said.severity);
            if (!seen[row]) ++counts_[row].domains;
            seen[row] = true;
        });
    }

    /// Worst first, then those that most domains have.
    Json json() const {
        std::vector<std::size_t> rows;
        for (std::size_t row = 0; row < counts_.size(); ++row) {
            if (counts_[row].domains > 0) rows.push_back(row);
        }
        std::ranges::stable_sort(rows, std::ranges::greater{},
                                 [&](std::size_t row) { return std::pair(counts_[row].worst, counts_[row].domains); });
        Json all = Json::array();
        for (const std::size_t row : rows) {
            all.push_back({{"code", finding_table[row].code},
                           {"severity", name(counts_[row].worst)},
                           {"title", finding_table[row].title},
                           {"domains", counts_[row].domains}});
        }
        return all;
    }

private:
    struct Count {
        std::size_t domains = 0;
        Severity worst = Severity::info;
    };
    std::array<Count, finding_table.size()> counts_{};
};

/// Each name with how often it was counted, in the order of `values`.
template <class Value, std::size_t count>
Json counts_json(const std::array<Value, count>& values, const std::array<std::size_t, count>& counts) {
    Json all = Json::object();
    for (const Value value : values)
        all[std::string(name(value))] = counts[static_cast<std::size_t>(value)];
    return all;
}

Json endpoint_counts(const Fleet& fleet) {
    constexpr auto states = std::to_array({EndpointState::up, EndpointState::down, EndpointState::rate_limited,
                                           EndpointState::blocked_us, EndpointState::unknown, EndpointState::skipped});
    static_assert(states.size() == endpoint_state_count);
    std::array<std::size_t, endpoint_state_count> counts{};
    for (const auto& cell : fleet.endpoints)
        ++counts[static_cast<std::size_t>(cell->status.read()->shown_state())];
    return counts_json(states, counts);
}

}  // namespace

Json domains_json(const Fleet& fleet, const ListQuery& query) {
    return query.order == ListOrder::name ? domains_by_name(fleet, query) : domains_by_verdict(fleet, query);
}

Json findings_json(const Fleet& fleet, const ListQuery& query) {
    const auto [domain, position] = divided(query.after, '/');
    const std::size_t first = number(position).value_or(0);
    FindingPage findings(query);
    if (domain.empty() && !findings.take(findings_of_agent(fleet), {}, first)) return findings.full();
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    for (auto at = std::ranges::lower_bound(fleet.domains, domain, {}, name_of); at != fleet.domains.end(); ++at) {
        const std::string_view name = (*at)->name;
        if (!findings.take(findings_in(**at, query), name, name == domain ? first : 0)) return findings.full();
    }
    return findings.last();
}

Json endpoints_json(const Fleet& fleet, const ListQuery& query) {
    auto at = fleet.endpoints.begin();
    if (!query.after.empty()) {
        const auto last = key_of(query.after);
        const auto key = [](const auto& cell) -> const EndpointKey& { return cell->key; };
        at = last ? std::ranges::upper_bound(fleet.endpoints, *last, {}, key) : fleet.endpoints.end();
    }
    Json items = Json::array();
    std::string next;
    for (; at != fleet.endpoints.end(); ++at) {
        const auto endpoint = (*at)->status.read();
        if (!passes(*endpoint, query)) continue;
        if (items.size() == query.limit) return page(std::move(items), std::move(next));
        items.push_back(endpoint_in_list(*endpoint));
        next = cursor_of(endpoint->key);
    }
    return page(std::move(items), nullptr);
}

Json services_json(const Fleet& fleet, const ListQuery& query) {
    return page_by_name(fleet.services, query, service_json);
}

Json flows_json(const Fleet& fleet, const ListQuery& query) {
    return page_by_name(fleet.flows, query, flow_json);
}

Json fleet_json(const Fleet& fleet) {
    std::array<std::size_t, worst_first.size()> verdicts{};
    CodeCounts codes;
    for (const auto& cell : fleet.domains) {
        const DomainView view = DomainView::read(*cell);
        ++verdicts[static_cast<std::size_t>(view.status->judgement.verdict)];
        codes.add(view);
    }
    Json agent_findings = Json::array();
    for (const Finding& finding : fleet.agent_findings)
        agent_findings.push_back(finding_json(finding));
    return {{"domains", counts_json(worst_first, verdicts)},
            {"endpoints", endpoint_counts(fleet)},
            {"codes", codes.json()},
            {"agent_findings", std::move(agent_findings)}};
}

}  // namespace mxfleet
