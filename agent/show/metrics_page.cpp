#include "agent/show/metrics_page.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "agent/judge/siblings.hpp"
#include "agent/show/flow_metrics.hpp"
#include "agent/show/service_json.hpp"
#include "agent/show/service_metrics.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t piece_size = std::size_t{32} * 1024;

/// So many targets are made ready and written together. A family goes over the whole fleet, which is larger than any
/// cache: their memory is asked for all at once instead of waited for one by one.
constexpr std::size_t stretch = 8;
constexpr std::size_t cache_line = 64;

void ask_for(const void* memory, std::size_t size) {
    const auto* const bytes = static_cast<const char*>(memory);
    for (std::size_t at = 0; at < size; at += cache_line)
        __builtin_prefetch(bytes + at);
}

/// What the families read besides the status itself. Asked for while the status is held.
void ask_for_more(const EndpointStatus& status) {
    if (status.last_up) ask_for(status.last_up.get(), sizeof(SessionFacts));
}

void ask_for_more(const DomainStatus& status) {
    ask_for(status.links.data(), status.links.size() * sizeof(DomainLink));
}

/// What puts a target into a shard.
std::string_view name_of(const DomainCell& cell) {
    return cell.name;
}
std::string_view name_of(const EndpointCell& cell) {
    return cell.key.mx;
}

/// What its labels are made of.
const SharedText& key_of(const DomainCell& cell) {
    return cell.name;
}
const EndpointKey& key_of(const EndpointCell& cell) {
    return cell.key;
}

/// Whether a family that is divided by exchange has anything of it for the shard.
bool has_links_in(const PageShard& shard, const DomainStatus& status) {
    return std::ranges::any_of(status.links,
                               [&](const DomainLink& link) { return shard.has(name_of(*link.endpoint)); });
}
bool has_links_in(const PageShard&, const EndpointStatus&) {
    return true;  // its own name is in the shard
}

}  // namespace

/// Those whose name the shard has.
template <class Cell>
MetricsPage::Targets MetricsPage::targets_in(const std::vector<std::shared_ptr<Cell>>& cells, const PageShard& shard) {
    Targets targets;
    targets.numbers.reserve(cells.size() / shard.count);
    targets.labels.reserve(cells.size() / shard.count);
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (!shard.has(name_of(*cells[at]))) continue;
        targets.numbers.push_back(static_cast<std::uint32_t>(at));
        targets.labels.add(key_of(*cells[at]));
    }
    return targets;
}

MetricsPage::MetricsPage(const AgentMetrics& agent, std::shared_ptr<const Fleet> fleet, ExpositionFormat format,
                         PagePart part)
    : fleet_(std::move(fleet)), part_(part), page_(format) {
    domains_ = targets_in(fleet_->domains, part_.shard);
    endpoints_ = targets_in(fleet_->endpoints, part_.shard);
    if (part_.shard.count > 1) {
        all_domains_.numbers.resize(fleet_->domains.size());
        std::iota(all_domains_.numbers.begin(), all_domains_.numbers.end(), 0U);
    }
    if (part_.shard.index > 0) return;
    agent.write(page_);
    write_vantage();
    write_lists();
    write_service_metrics(fleet_->services, part_, page_);
    write_flow_metrics(fleet_->flows, part_, page_);
}

void MetricsPage::write_vantage() {
    begin_family(page_, metric("mxfleet_vantage_check_success"));
    for (const VantageResult& result : fleet_->vantage)
        page_.sample({}, "check", name(result.check), result.success ? 1 : 0);
    begin_family(page_, metric("mxfleet_agent_finding"));
    std::set<std::pair<std::string_view, std::string_view>> told;
    for (const Finding& finding : findings_of_agent(*fleet_))
        told.emplace(finding.statement.code.text(), name(finding.statement.severity));
    for (const auto& [code, severity] : told)
        page_.sample({}, {{"code", code}, {"severity", severity}}, 1);
}

void MetricsPage::write_lists() {
    begin_family(page_, metric("mxfleet_dnsbl_zone_usable"));
    if (!fleet_->dnsbl) return;
    for (std::size_t zone = 0; zone < fleet_->dnsbl->states.size(); ++zone) {
        const ZoneState state = fleet_->dnsbl->states[zone];
        if (state == ZoneState::unknown) continue;
        page_.sample({}, "zone", (*fleet_->dnsbl->zones)[zone], state == ZoneState::usable ? 1 : 0);
    }
}

bool MetricsPage::next(std::string& piece) {
    const std::size_t domain_families = domain_metrics().size();
    const std::size_t siblings = domain_families + endpoint_metrics().size();
    const std::size_t listings = siblings + 1;
    const std::size_t families = listings + 1;
    while (page_.size() < piece_size && !ended_) {
        if (family_ == families) {
            page_.end();
            ended_ = true;
        } else if (family_ < domain_families) {
            const DomainMetric& family = domain_metrics()[family_];
            write_some(family, fleet_->domains, targets_of(family));
        } else if (family_ == siblings) {
            write_some_siblings();
        } else if (family_ == listings) {
            write_some_listings();
        } else {
            write_some(endpoint_metrics()[family_ - domain_families], fleet_->endpoints, endpoints_);
        }
    }
    page_.move_to(piece);
    return !ended_;
}

/// The next few exchanges with several addresses.
void MetricsPage::write_some_siblings() {
    if (target_ == 0) {
        begin_family(page_, metric("mxfleet_mx_siblings_differ"));
    }
    const auto& groups = fleet_->siblings;
    const std::size_t end = std::min(groups.size(), target_ + stretch);
    for (; target_ < end; ++target_) {
        const std::span cells(fleet_->endpoints.data() + groups[target_].first, groups[target_].count);
        const SharedText& exchange = cells.front()->key.mx;
        if (!part_.shard.has(exchange)) continue;
        std::vector<std::shared_ptr<const EndpointStatus>> statuses;
        std::vector<const EndpointStatus*> siblings;
        for (const auto& cell : cells) {
            statuses.push_back(cell->status.read());
            siblings.push_back(statuses.back().get());
        }
        const SiblingComparison comparison = compare_siblings(siblings);
        if (comparison.compared < 2) continue;
        const std::string labels = label_text({{"mx", exchange}});
        for (std::size_t at = 0; at < sibling_aspect_count; ++at)
            page_.sample(labels, "aspect", name(static_cast<SiblingAspect>(at)), comparison.differ[at] ? 1 : 0);
    }
    if (target_ < groups.size()) return;
    target_ = 0;
    ++family_;
}

/// The next few addresses on block lists, or not. An address is in one shard, whoever has it.
void MetricsPage::write_some_listings() {
    if (target_ == 0) {
        begin_family(page_, metric("mxfleet_dnsbl_listed"));
    }
    static const std::vector<DnsblTable::Row> none;
    const auto& rows = fleet_->dnsbl ? fleet_->dnsbl->rows : none;
    const std::size_t end = std::min(rows.size(), target_ + stretch);
    for (; target_ < end; ++target_) {
        const DnsblTable::Row& row = rows[target_];
        const std::string ip = row.ip.text();
        if (!part_.shard.has(ip)) continue;
        const std::string labels = label_text({{"ip", ip}});
        for (std::size_t zone = 0; zone < row.listings->zones->size(); ++zone) {
            const auto listed = row.listings->is_listed(zone);
            if (listed) page_.sample(labels, "zone", (*row.listings->zones)[zone], *listed ? 1 : 0);
        }
    }
    if (target_ < rows.size()) return;
    target_ = 0;
    ++family_;
}

/// Of all domains, where each link is in the shard of its exchange.
const MetricsPage::Targets& MetricsPage::targets_of(const DomainMetric& family) const {
    return family.divided_by == DividedBy::exchange && part_.shard.count > 1 ? all_domains_ : domains_;
}

/// The next few targets of the family.
template <class Family, class Cell>
void MetricsPage::write_some(const Family& family, const std::vector<std::shared_ptr<Cell>>& cells,
                             const Targets& targets) {
    const std::size_t end = part_.has(family.row.detail) ? targets.numbers.size() : 0;
    if (target_ == 0) begin_family(page_, family.row);
    const std::size_t size = std::min(stretch, end - target_);
    std::array<const Cell*, stretch> stretch_cells;
    std::array<decltype(cells[0]->status.read()), stretch> statuses;
    for (std::size_t at = 0; at < size; ++at) {
        stretch_cells[at] = cells[targets.numbers[target_ + at]].get();
        ask_for(stretch_cells[at], sizeof(Cell));
    }
    const bool laid_out = !targets.labels.empty();
    std::array<std::string_view, stretch> labels;
    for (std::size_t at = 0; at < size; ++at) {
        stretch_cells[at]->status.expect();
        if (!laid_out) continue;
        labels[at] = targets.labels[target_ + at];
        ask_for(labels[at].data(), labels[at].size());
    }
    for (std::size_t at = 0; at < size; ++at) {
        statuses[at] = stretch_cells[at]->status.read();
        ask_for_more(*statuses[at]);
    }
    std::string own_labels;
    for (std::size_t at = 0; at < size; ++at) {
        if (!laid_out) {
            if (!has_links_in(part_.shard, *statuses[at])) continue;
            labels[at] = own_labels = target_labels(key_of(*stretch_cells[at]));
        }
        TargetSamples samples(page_, labels[at], part_.shard);
        family.write(*statuses[at], samples);
    }
    target_ += size;
    if (target_ < end) return;
    target_ = 0;
    ++family_;
}

}  // namespace mxfleet
