#include "agent/show/flow_metrics.hpp"

#include <string>

#include "agent/show/metric_table.hpp"

namespace mxfleet {
namespace {

template <class Write>
void for_each_flow(const FlowCells& flows, const Write& write) {
    for (const auto& cell : flows) {
        const auto status = cell->status.read();
        write(*status, label_text({{"flow", status->name}}));
    }
}

void write_deliveries(const FlowCounts& counts, const std::string& labels, Exposition& page) {
    std::uint64_t below = 0;
    for (std::size_t at = 0; at < counts.deliveries.size(); ++at) {
        below += counts.deliveries[at];
        std::string bound = "+Inf";
        if (at < delivery_buckets.size()) {
            bound.clear();
            append_number(bound, delivery_buckets[at]);
        }
        page.part("_bucket", labels, bound, static_cast<double>(below));
    }
    page.part("_sum", labels, {}, counts.delivery_seconds);
    page.part("_count", labels, {}, static_cast<double>(below));
}

/// Of a flow that is judged by endpoint, with the endpoint.
void write_finding(const Finding& finding, const std::string& labels, Exposition& page) {
    const std::string_view code = finding.statement.code.text();
    const std::string_view severity = name(finding.statement.severity);
    if (!finding.ip) return page.sample(labels, {{"code", code}, {"severity", severity}}, 1);
    const std::string ip = finding.ip->text();
    const std::string port = std::to_string(finding.port);
    page.sample(labels, {{"code", code}, {"severity", severity}, {"mx", finding.mx}, {"ip", ip}, {"port", port}}, 1);
}

}  // namespace

void write_flow_metrics(const FlowCells& flows, const PagePart& part, Exposition& page) {
    begin_family(page, metric("mxfleet_flow_messages_total"));
    for_each_flow(flows, [&](const FlowStatus& flow, const std::string& labels) {
        for (std::size_t at = 0; at < flow_outcome_count; ++at) {
            page.sample(labels, "outcome", name(static_cast<FlowOutcome>(at)),
                        static_cast<double>(flow.counts.outcomes[at]));
        }
    });
    begin_family(page, metric("mxfleet_flow_last_delivery_timestamp_seconds"));
    for_each_flow(flows, [&](const FlowStatus& flow, const std::string& labels) {
        if (flow.last_delivery) page.sample(labels, unix_seconds(*flow.last_delivery));
    });
    begin_family(page, metric("mxfleet_flow_in_flight"));
    for_each_flow(flows, [&](const FlowStatus& flow, const std::string& labels) {
        page.sample(labels, static_cast<double>(flow.in_flight));
    });
    begin_family(page, metric("mxfleet_flow_finding"));
    for_each_flow(flows, [&](const FlowStatus& flow, const std::string& labels) {
        for (const Finding& finding : flow.findings)
            write_finding(finding, labels, page);
    });
    constexpr const MetricRow& durations = metric("mxfleet_flow_delivery_duration_seconds");
    if (!part.has(durations.detail)) return;
    begin_family(page, durations);
    for_each_flow(
        flows, [&](const FlowStatus& flow, const std::string& labels) { write_deliveries(flow.counts, labels, page); });
}

}  // namespace mxfleet
