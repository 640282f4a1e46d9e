// What a page of metrics costs: nanoseconds of the processor and bytes a series, written plain and compressed, for a
// fleet of 15,000 endpoints (or as many as the argument says), which is about a million series. Prints; judges nothing.

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "agent/show/metrics_page.hpp"
#include "agent/web/gzip.hpp"
#include "tests/unit/show/synthetic_fleet.hpp"

namespace {

using namespace mxfleet;

constexpr int runs = 5;

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

std::size_t heap_bytes() {
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

struct Cost {
    std::size_t series = 0;
    std::size_t bytes = 0;
    std::size_t extra_memory = 0;  ///< the most that was held beside the fleet
    double seconds = 0;
};

std::size_t series_in(const std::string& text) {
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        lines += (at == 0 || text[at - 1] == '\n') && text[at] != '#';
    }
    return lines;
}

/// A piece may end within a line only if it is compressed; then the series are not counted.
template <class Make>
Cost cost_of(Make make, std::size_t before, bool count) {
    Cost cost;
    const double began_to_make = processor_seconds();
    BodyProducer page = make();
    cost.seconds = processor_seconds() - began_to_make;
    std::string piece;
    bool has_more = true;
    while (has_more) {
        piece.clear();
        const double began = processor_seconds();
        has_more = page(piece);
        cost.seconds += processor_seconds() - began;
        cost.bytes += piece.size();
        cost.extra_memory = std::max(cost.extra_memory, heap_bytes() - std::min(before, heap_bytes()));
        if (count) cost.series += series_in(piece);
    }
    return cost;
}

template <class Make>
Cost median_of_runs(Make make, bool count) {
    std::vector<Cost> costs;
    for (int run = 0; run < runs; ++run) {
        const std::size_t before = heap_bytes();
        costs.push_back(cost_of(make, before, count));
    }
    std::ranges::sort(costs, {}, &Cost::seconds);
    return costs[runs / 2];
}

void print(const char* what, const Cost& cost, std::size_t series) {
    const auto of_a_series = [&](double amount) { return amount / static_cast<double>(series); };
    std::printf("%-12s %9zu series, %7.1f MB, %6.1f ns and %5.1f bytes a series, %5.2f MB of memory\n", what, series,
                static_cast<double>(cost.bytes) * 1e-6, of_a_series(cost.seconds * 1e9),
                of_a_series(static_cast<double>(cost.bytes)), static_cast<double>(cost.extra_memory) * 1e-6);
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t endpoints = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 15'000;
    const auto fleet = synthetic_fleet(endpoints);
    const AgentMetrics agent(0, 1);
    const auto page = [&]() -> BodyProducer {
        auto made = std::make_unique<MetricsPage>(agent, fleet, ExpositionFormat::text);
        return [made = std::move(made)](std::string& piece) { return made->next(piece); };
    };
    const Cost plain = median_of_runs(page, true);
    print("plain", plain, plain.series);
    print("gzip", median_of_runs([&] { return gzipped(page()); }, false), plain.series);
}
