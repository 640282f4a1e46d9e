#include "agent/judge/latencies.hpp"

#include <algorithm>

namespace mxfleet {

void LatencyHistogram::observe(Duration taken) {
    const auto bucket = std::ranges::lower_bound(bounds, seconds(taken)) - bounds.begin();
    ++counts[static_cast<std::size_t>(bucket)];
    sum += taken;
}

std::shared_ptr<const Latencies> with_session(const Latencies* held, const PhaseTimes& times) {
    auto latencies = held != nullptr ? std::make_shared<Latencies>(*held) : std::make_shared<Latencies>();
    if (const auto taken = times[Phase::connect]) latencies->connect.observe(*taken);
    if (const auto taken = times[Phase::banner]) latencies->banner.observe(*taken);
    return latencies;
}

}  // namespace mxfleet
