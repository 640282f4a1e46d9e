#include "agent/show/metrics_page.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t piece_size = std::size_t{32} * 1024;

}  // namespace

MetricsPage::MetricsPage(const AgentMetrics& agent, std::shared_ptr<const Fleet> fleet, ExpositionFormat format)
    : fleet_(std::move(fleet)), page_(format) {
    agent.write(page_);
    write_agent_findings();
}

void MetricsPage::write_agent_findings() {
    page_.begin_family("mxfleet_agent_finding", MetricType::gauge,
                       "Findings about the agent itself; 1 while one holds.");
    for (const Finding& finding : fleet_->agent_findings) {
        const Statement& said = finding.statement;
        page_.sample(label_text({{"code", said.code.text()}, {"severity", name(said.severity)}}), 1);
    }
}

bool MetricsPage::next(std::string& piece) {
    const std::size_t domain_families = domain_metrics().size();
    const std::size_t families = domain_families + endpoint_metrics().size();
    while (page_.size() < piece_size && !ended_) {
        if (family_ == families) {
            page_.end();
            ended_ = true;
        } else if (family_ < domain_families) {
            write_domain(target_);
            advance(fleet_->domains.size());
        } else {
            write_endpoint(target_);
            advance(fleet_->endpoints.size());
        }
    }
    piece += page_.take();
    return !ended_;
}

void MetricsPage::write_domain(std::size_t target) {
    const DomainMetric& family = domain_metrics()[family_];
    if (target == 0) page_.begin_family(family.name, family.type, family.help);
    if (target >= fleet_->domains.size()) return;
    const DomainCell& cell = *fleet_->domains[target];
    TargetSamples samples(page_, cell.labels);
    family.write(DomainView::read(cell), samples);
}

void MetricsPage::write_endpoint(std::size_t target) {
    const EndpointMetric& family = endpoint_metrics()[family_ - domain_metrics().size()];
    if (target == 0) page_.begin_family(family.name, family.type, family.help);
    if (target >= fleet_->endpoints.size()) return;
    const EndpointCell& cell = *fleet_->endpoints[target];
    TargetSamples samples(page_, cell.labels);
    family.write(*cell.status.read(), samples);
}

/// To the next target, or the next family after the last one.
void MetricsPage::advance(std::size_t targets) {
    if (++target_ < targets) return;
    target_ = 0;
    ++family_;
}

}  // namespace mxfleet
