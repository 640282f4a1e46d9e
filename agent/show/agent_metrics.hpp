// The agent's own counters, gauges and histograms, in a prometheus-cpp registry. The fleet's series, which can be
// millions, are not here: they are written straight from what the fleet has published.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/fleet/observer.hpp"
#include "agent/fleet/schedule.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/model/phase.hpp"
#include "probes/model/time.hpp"
#include "probes/wire/dns_words.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

enum class ProbeKind : std::uint8_t { dns, session, relay, policy, mta_sts, dnsbl, service, flow };
inline constexpr std::size_t probe_kind_count = 8;
std::string_view name(ProbeKind kind) noexcept;

enum class TargetKind : std::uint8_t { domain, endpoint, service, flow };
inline constexpr std::size_t target_kind_count = 4;
std::string_view name(TargetKind kind) noexcept;

/// All functions may be called from any thread at any time.
class AgentMetrics {
public:
    AgentMetrics(std::uint32_t shard_index, std::uint32_t shard_count);

    void config_reloaded(bool successful, WallTime now);
    void set_targets(TargetKind kind, std::size_t count);
    void targets_dropped(DropReason reason, std::size_t count);
    void set_in_flight(ProbeKind kind, std::size_t count);
    void probe_counted(ProbeKind kind, ProbeResult result);
    void phase_took(Phase phase, Duration taken);
    void deferred(Deferral reason, std::uint64_t times);
    void lagged(Duration lag);
    void set_oldest_overdue(Duration overdue);
    /// These exist at 0 from now on: a handler's answers, and queries to a resolver (METRICS).
    void expect_handler(std::string_view handler);
    void expect_resolver(std::string_view resolver);

    void http_answered(std::string_view handler, int status, double seconds);
    void dns_answered(std::string_view resolver, RecordType type, DnsOutcome outcome, Duration taken);

    void write(Exposition& page) const;

private:
    using Counter = prometheus::Counter;
    using Gauge = prometheus::Gauge;
    using Histogram = prometheus::Histogram;

    mutable prometheus::Registry registry_;
    prometheus::Family<Counter>& http_requests_;
    prometheus::Family<Histogram>& http_seconds_;
    prometheus::Family<Counter>& dns_queries_;
    prometheus::Family<Histogram>& dns_seconds_;
    Gauge* reload_successful_;
    Gauge* reload_time_;
    Gauge* oldest_overdue_;
    Histogram* lag_;
    std::array<Gauge*, target_kind_count> targets_;
    std::array<Counter*, drop_reason_count> dropped_;
    std::array<std::array<Counter*, probe_result_count>, probe_kind_count> probes_;
    std::array<Gauge*, probe_kind_count> in_flight_;
    std::array<Histogram*, phase_count> phases_;
    std::array<Counter*, deferral_count> deferred_;
};

/// Writes the families of a prometheus-cpp collection.
void write_families(const std::vector<prometheus::MetricFamily>& families, Exposition& page);

}  // namespace mxfleet
