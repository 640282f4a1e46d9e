// The endpoint families of METRICS: what of a status each of them shows.
#pragma once

#include <span>
#include <string_view>

#include "agent/judge/endpoint.hpp"
#include "agent/show/metric_table.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

/// Writes the samples of one target in the family begun last.
class TargetSamples {
public:
    TargetSamples(Exposition& page, std::string_view labels, const PageShard& shard)
        : page_(page), labels_(labels), shard_(shard) {
        page_.begin_target(labels);
    }

    /// Whether what is divided by exchange is written for this one.
    bool has(std::string_view exchange) const { return shard_.has(exchange); }

    void value(double sample) { page_.target_sample(std::string_view{}, sample); }
    void value(std::string_view label, std::string_view label_value, double sample) {
        page_.target_sample({{label, label_value}}, sample);
    }
    void value(LabelPairs labels, double sample) { page_.target_sample(labels, sample); }
    /// With several labels more, as label_text makes them.
    void labelled(std::string_view more_labels, double sample) { page_.target_sample(more_labels, sample); }
    /// One part of a histogram, as Exposition::part.
    void part(std::string_view suffix, std::string_view more_labels, std::string_view le, double sample);

private:
    Exposition& page_;
    std::string_view labels_;
    const PageShard& shard_;
};

struct EndpointMetric {
    const MetricRow& row;
    void (*write)(const EndpointStatus&, TargetSamples&);
};

std::span<const EndpointMetric> endpoint_metrics();

}  // namespace mxfleet
