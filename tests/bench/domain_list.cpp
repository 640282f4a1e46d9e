// How long a configuration takes to load, and how much memory: a domain file of a million lines (or as many as the
// argument says), and a tenth of that as [[domain]] tables. Prints; judges nothing.

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/domain_list.hpp"
#include "config/load.hpp"

namespace {

using namespace mxfleet;

long peak_mebibytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return seconds(std::chrono::steady_clock::now() - start);
}

std::string domain_name(std::size_t number) {
    return "customer-" + std::to_string(number * 7919 % 10'000'019) + "-" + std::to_string(number) + ".example.com";
}

void time_domain_file(const std::filesystem::path& folder, std::size_t lines) {
    std::ofstream domains(folder / "domains.txt");
    for (std::size_t i = 0; i < lines; ++i) {
        domains << domain_name(i) << '\n';
    }
    domains.close();
    std::ofstream(folder / "file.toml") << "[[domain_file]]\npath = \"domains.txt\"\n";

    const auto config = load_config(folder / "file.toml");
    const auto start = std::chrono::steady_clock::now();
    const DomainList list = read_domains(config.value());
    std::printf("domain file, %zu lines: %zu domains, %zu errors, %.3f s, peak %ld MiB\n", lines, list.domains.size(),
                list.errors.size(), seconds_since(start), peak_mebibytes());
}

void time_tables(const std::filesystem::path& folder, std::size_t tables) {
    std::ofstream file(folder / "tables.toml");
    for (std::size_t i = 0; i < tables; ++i) {
        file << "[[domain]]\nname = \"" << domain_name(i) << "\"\ntags = { team = \"t" << i % 10 << "\" }\n\n";
    }
    file.close();

    const auto start = std::chrono::steady_clock::now();
    const auto config = load_config(folder / "tables.toml");
    std::printf("tables, %zu: %zu domains, %.3f s, peak %ld MiB\n", tables, config.value().domains.size(),
                seconds_since(start), peak_mebibytes());
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t lines = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto folder = std::filesystem::temp_directory_path() / ("mxfleet-bench-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    time_domain_file(folder, lines);
    time_tables(folder, lines / 10);
    std::filesystem::remove_all(folder);
}
