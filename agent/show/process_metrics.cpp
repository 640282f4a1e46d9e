#include "agent/show/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "agent/show/metric_table.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {
namespace {

/// Fields of /proc/self/stat behind the command's name, counted as proc(5) does.
struct Stat {
    double user_ticks = 0;      // 14
    double system_ticks = 0;    // 15
    double start_ticks = 0;     // 22
    double virtual_bytes = 0;   // 23
    double resident_pages = 0;  // 24
};

std::optional<Stat> read_stat() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    const auto name_end = line.rfind(')');
    if (name_end == line.npos) return std::nullopt;
    std::istringstream rest(line.substr(name_end + 1));
    std::array<std::string, 25> fields;
    for (std::size_t field = 3; field < fields.size(); ++field)
        rest >> fields[field];
    if (!rest) return std::nullopt;
    const auto number = [&](std::size_t field) { return std::strtod(fields[field].c_str(), nullptr); };
    return Stat{number(14), number(15), number(22), number(23), number(24)};
}

/// Seconds since the machine was started, sleep included: what start_ticks count from.
double uptime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::size_t count_open_descriptors() {
    std::error_code error;
    std::size_t count = 0;
    for (auto each = std::filesystem::directory_iterator("/proc/self/fd", error);
         !error && each != std::filesystem::directory_iterator(); each.increment(error)) {
        ++count;
    }
    return count == 0 ? 0 : count - 1;  // the one it is counted with
}

void write_alone(Exposition& page, const MetricRow& row, double value) {
    begin_family(page, row);
    page.sample("", value);
}

}  // namespace

void write_process_metrics(Exposition& page) {
    const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    if (const auto stat = read_stat()) {
        write_alone(page, metric("process_cpu_seconds_total"),
                    (stat->user_ticks + stat->system_ticks) / ticks_per_second);
        write_alone(page, metric("process_virtual_memory_bytes"), stat->virtual_bytes);
        write_alone(page, metric("process_resident_memory_bytes"),
                    stat->resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
        const double age = uptime() - stat->start_ticks / ticks_per_second;
        write_alone(page, metric("process_start_time_seconds"), unix_seconds(std::chrono::system_clock::now()) - age);
    }
    write_alone(page, metric("process_open_fds"), static_cast<double>(count_open_descriptors()));
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        write_alone(page, metric("process_max_fds"), static_cast<double>(limit.rlim_cur));
    }
    if (getrlimit(RLIMIT_AS, &limit) == 0) {
        const double most = limit.rlim_cur == RLIM_INFINITY ? -1 : static_cast<double>(limit.rlim_cur);
        write_alone(page, metric("process_virtual_memory_max_bytes"), most);
    }
}

}  // namespace mxfleet
