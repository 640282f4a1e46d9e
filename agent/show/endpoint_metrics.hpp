// The endpoint families of METRICS, one row each: name, type, help, and what of a status it shows. Exposition and
// documentation derive from this table.
#pragma once

#include <span>
#include <string_view>

#include "agent/judge/endpoint.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

/// Writes the samples of one target in the family begun last.
class TargetSamples {
public:
    TargetSamples(Exposition& page, std::string_view labels) : page_(page), labels_(labels) {}

    void value(double sample) { page_.sample(labels_, sample); }
    void value(std::string_view label, std::string_view label_value, double sample) {
        page_.sample(labels_, label, label_value, sample);
    }
    /// With several labels more, as label_text makes them.
    void labelled(std::string_view more_labels, double sample);

private:
    Exposition& page_;
    std::string_view labels_;
};

struct EndpointMetric {
    std::string_view name;
    MetricType type;
    std::string_view help;
    void (*write)(const EndpointStatus&, TargetSamples&);
};

std::span<const EndpointMetric> endpoint_metrics();

}  // namespace mxfleet
