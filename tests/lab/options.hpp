// What the command line of mxfleet-lab says.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "tests/lab/fleet.hpp"

namespace mxfleet::lab {

struct Options {
    std::filesystem::path config_out;      ///< empty: none is written
    std::filesystem::path work_dir;        ///< empty: a temporary one
    std::filesystem::path connection_log;  ///< empty: none
    bool list = false;
    bool json = false;
    std::uint16_t dns_port = 5300;  ///< 0: a free one; so are the others
    std::uint16_t smtp_port = 2525;
    std::uint16_t fleet_port = 2526;
    FleetSize fleet;
    unsigned fleet_certificates = 16;
    std::chrono::milliseconds fleet_delay{0};
    unsigned many_domains = 20;
    std::vector<std::string> only;  ///< names of conditions; empty: all
    double time_scale = 1;
    unsigned threads = 1;
    std::chrono::milliseconds interval{15'000};  ///< `schedule.interval` in the agent's configuration
};

/// The options, or the exit code after `--help` or an error that was told.
std::variant<Options, int> parse_command_line(int argc, char** argv);

}  // namespace mxfleet::lab
