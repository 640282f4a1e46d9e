// How long an endpoint took to connect and to greet, over all its sessions, in buckets. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "probes/model/phase.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

struct LatencyHistogram {
    /// Upper bounds in seconds; above the last there is one bucket more.
    static constexpr auto bounds =
        std::to_array<double>({0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60});

    std::array<std::uint64_t, bounds.size() + 1> counts{};
    Duration sum{};

    void observe(Duration taken);
};

struct Latencies {
    LatencyHistogram connect;
    LatencyHistogram banner;
};

/// With one session more. `held` is null before the first.
std::shared_ptr<const Latencies> with_session(const Latencies* held, const PhaseTimes& times);

}  // namespace mxfleet
