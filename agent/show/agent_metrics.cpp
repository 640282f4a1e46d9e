#include "agent/show/agent_metrics.hpp"

#include "agent/show/metric_table.hpp"
#include "agent/show/process_metrics.hpp"
#include "agent/version.hpp"

namespace mxfleet {
namespace {

using prometheus::Labels;

const prometheus::Histogram::BucketBoundaries phase_buckets = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
const prometheus::Histogram::BucketBoundaries lag_buckets = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300};
const prometheus::Histogram::BucketBoundaries http_buckets = {0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
const prometheus::Histogram::BucketBoundaries dns_buckets = {0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                             0.25,   0.5,   1,     2.5,  5,     10};

/// What every fleet is looked up by.
constexpr auto types_asked = std::to_array(
    {RecordType::mx, RecordType::a, RecordType::aaaa, RecordType::txt, RecordType::tlsa, RecordType::ptr});

auto& counters(prometheus::Registry& registry, const MetricRow& row) {
    return prometheus::BuildCounter().Name(std::string(row.name)).Help(std::string(row.help)).Register(registry);
}

auto& gauges(prometheus::Registry& registry, const MetricRow& row) {
    return prometheus::BuildGauge().Name(std::string(row.name)).Help(std::string(row.help)).Register(registry);
}

auto& histograms(prometheus::Registry& registry, const MetricRow& row) {
    return prometheus::BuildHistogram().Name(std::string(row.name)).Help(std::string(row.help)).Register(registry);
}

/// One metric for each value of an enumeration, so that all exist from the start.
template <class Enum, class Metric, std::size_t count, class... Arguments>
void add_each(prometheus::Family<Metric>& family, const char* label, std::array<Metric*, count>& metrics,
              const Arguments&... arguments) {
    for (std::size_t at = 0; at < count; ++at) {
        metrics[at] = &family.Add({{label, std::string(name(static_cast<Enum>(at)))}}, arguments...);
    }
}

template <class Enum>
constexpr std::size_t index(Enum value) {
    return static_cast<std::size_t>(value);
}

}  // namespace

std::string_view name(ProbeKind kind) noexcept {
    switch (kind) {
        case ProbeKind::dns: return "dns";
        case ProbeKind::session: return "session";
        case ProbeKind::relay: return "relay";
        case ProbeKind::policy: return "policy";
        case ProbeKind::mta_sts: return "mta_sts";
        case ProbeKind::dnsbl: return "dnsbl";
        case ProbeKind::service: return "service";
        case ProbeKind::flow: return "flow";
    }
    __builtin_unreachable();
}

std::string_view name(TargetKind kind) noexcept {
    switch (kind) {
        case TargetKind::domain: return "domain";
        case TargetKind::endpoint: return "endpoint";
        case TargetKind::service: return "service";
        case TargetKind::flow: return "flow";
    }
    __builtin_unreachable();
}

AgentMetrics::AgentMetrics(std::uint32_t shard_index, std::uint32_t shard_count)
    : http_requests_(counters(registry_, metric("mxfleet_http_requests_total"))),
      http_seconds_(histograms(registry_, metric("mxfleet_http_request_duration_seconds"))),
      dns_queries_(counters(registry_, metric("mxfleet_dns_queries_total"))),
      dns_seconds_(histograms(registry_, metric("mxfleet_dns_query_duration_seconds"))) {
    gauges(registry_, metric("mxfleet_build_info"))
        .Add({{"version", version}, {"revision", revision}, {"compiler", compiler}})
        .Set(1);
    gauges(registry_, metric("mxfleet_shard_index")).Add({}).Set(shard_index);
    gauges(registry_, metric("mxfleet_shards")).Add({}).Set(shard_count);
    reload_successful_ = &gauges(registry_, metric("mxfleet_config_last_reload_successful")).Add({});
    reload_time_ = &gauges(registry_, metric("mxfleet_config_last_reload_success_timestamp_seconds")).Add({});
    oldest_overdue_ = &gauges(registry_, metric("mxfleet_scheduler_oldest_overdue_seconds")).Add({});
    lag_ = &histograms(registry_, metric("mxfleet_scheduler_lag_seconds")).Add({}, lag_buckets);
    add_each<TargetKind>(gauges(registry_, metric("mxfleet_targets")), "kind", targets_);
    add_each<DropReason>(counters(registry_, metric("mxfleet_targets_dropped_total")), "reason", dropped_);
    add_each<ProbeKind>(gauges(registry_, metric("mxfleet_probes_in_flight")), "kind", in_flight_);
    add_each<Phase>(histograms(registry_, metric("mxfleet_probe_phase_duration_seconds")), "phase", phases_,
                    phase_buckets);
    add_each<Deferral>(counters(registry_, metric("mxfleet_probe_deferred_total")), "reason", deferred_);
    auto& probes = counters(registry_, metric("mxfleet_probes_total"));
    for (std::size_t kind = 0; kind < probe_kind_count; ++kind) {
        for (std::size_t result = 0; result < probe_result_count; ++result) {
            probes_[kind][result] = &probes.Add({{"kind", std::string(name(static_cast<ProbeKind>(kind)))},
                                                 {"result", std::string(name(static_cast<ProbeResult>(result)))}});
        }
    }
}

void AgentMetrics::config_reloaded(bool successful, WallTime now) {
    reload_successful_->Set(successful ? 1 : 0);
    if (successful) reload_time_->Set(unix_seconds(now));
}

void AgentMetrics::set_targets(TargetKind kind, std::size_t count) {
    targets_[index(kind)]->Set(static_cast<double>(count));
}

void AgentMetrics::targets_dropped(DropReason reason, std::size_t count) {
    dropped_[index(reason)]->Increment(static_cast<double>(count));
}

void AgentMetrics::set_in_flight(ProbeKind kind, std::size_t count) {
    in_flight_[index(kind)]->Set(static_cast<double>(count));
}

void AgentMetrics::probe_counted(ProbeKind kind, ProbeResult result) {
    probes_[index(kind)][index(result)]->Increment();
}

void AgentMetrics::phase_took(Phase phase, Duration taken) {
    phases_[index(phase)]->Observe(seconds(taken));
}

void AgentMetrics::deferred(Deferral reason, std::uint64_t times) {
    deferred_[index(reason)]->Increment(static_cast<double>(times));
}

void AgentMetrics::lagged(Duration lag) {
    lag_->Observe(seconds(lag));
}

void AgentMetrics::set_oldest_overdue(Duration overdue) {
    oldest_overdue_->Set(seconds(overdue));
}

void AgentMetrics::expect_handler(std::string_view handler) {
    const std::string label(handler);
    http_requests_.Add({{"handler", label}, {"code", "200"}});
    http_seconds_.Add({{"handler", label}}, http_buckets);
}

void AgentMetrics::expect_resolver(std::string_view resolver) {
    const std::string label(resolver);
    dns_seconds_.Add({{"resolver", label}}, dns_buckets);
    for (const RecordType type : types_asked) {
        for (std::size_t outcome = 0; outcome < dns_outcome_count; ++outcome) {
            dns_queries_.Add({{"resolver", label},
                              {"qtype", std::string(name(type))},
                              {"outcome", std::string(name(static_cast<DnsOutcome>(outcome)))}});
        }
    }
}

void AgentMetrics::http_answered(std::string_view handler, int status, double taken) {
    const std::string label(handler);
    http_requests_.Add({{"handler", label}, {"code", std::to_string(status)}}).Increment();
    http_seconds_.Add({{"handler", label}}, http_buckets).Observe(taken);
}

void AgentMetrics::dns_answered(std::string_view resolver, RecordType type, DnsOutcome outcome, Duration taken) {
    const std::string label(resolver);
    dns_queries_
        .Add(
            {{"resolver", label}, {"qtype", std::string(name(type))}, {"outcome", std::string(mxfleet::name(outcome))}})
        .Increment();
    dns_seconds_.Add({{"resolver", label}}, dns_buckets).Observe(seconds(taken));
}

void AgentMetrics::write(Exposition& page) const {
    write_families(registry_.Collect(), page);
    write_process_metrics(page);
}

void write_families(const std::vector<prometheus::MetricFamily>& families, Exposition& page) {
    const auto type_of = [](prometheus::MetricType type) {
        if (type == prometheus::MetricType::Counter) return MetricType::counter;
        return type == prometheus::MetricType::Histogram ? MetricType::histogram : MetricType::gauge;
    };
    for (const prometheus::MetricFamily& family : families) {
        const MetricType type = type_of(family.type);
        page.begin_family(family.name, type, family.help);
        for (const prometheus::ClientMetric& metric : family.metric) {
            std::string labels;
            for (const auto& label : metric.label) {
                if (!labels.empty()) labels += ',';
                append_label(labels, label.name, label.value);
            }
            if (type == MetricType::counter) page.sample(labels, metric.counter.value);
            if (type == MetricType::gauge) page.sample(labels, metric.gauge.value);
            if (type != MetricType::histogram) continue;
            for (const auto& bucket : metric.histogram.bucket) {
                std::string bound;
                append_number(bound, bucket.upper_bound);
                page.part("_bucket", labels, bound, static_cast<double>(bucket.cumulative_count));
            }
            page.part("_sum", labels, {}, metric.histogram.sample_sum);
            page.part("_count", labels, {}, static_cast<double>(metric.histogram.sample_count));
        }
    }
}

}  // namespace mxfleet
