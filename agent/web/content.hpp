// Which form of an answer a client wants: reads Accept and Accept-Encoding (RFC 9110 §12.5). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mxfleet {

/// An element of a list with weights. What it is called is in lower case.
struct WeightedName {
    std::string name;
    std::string version;  ///< the parameter `version`, as media types of metrics have it; empty: none
    int weight = 1000;    ///< `q` in thousandths, 0 to 1000

    bool operator==(const WeightedName&) const = default;
};

/// The elements of such a list. Elements with a malformed weight are left out. Bounds: the first 64 elements.
std::vector<WeightedName> weighted_names(std::string_view list);

enum class MetricsFormat : std::uint8_t { text, openmetrics };

/// OpenMetrics 1.0 where `accept` gives it more weight than text format 0.0.4, else the text format: also where neither
/// is accepted, which a scraper copes with better than with an error.
MetricsFormat metrics_format(std::string_view accept);

/// Whether a body may be compressed with gzip.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace mxfleet
