// The agent's configuration for this lab, in TOML. Knows its keys by their documentation only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/lab/conditions.hpp"
#include "tests/lab/options.hpp"

namespace mxfleet::lab {

/// Where the lab has come to listen.
struct Whereabouts {
    std::uint16_t dns_port = 0;
    std::uint16_t smtp_port = 0;
    std::uint16_t fleet_port = 0;  ///< 0: none
    std::filesystem::path root_certificate;
};

/// Writes `options.config_out` and, for a fleet, the list of its domains beside it. Each file appears whole or not at
/// all. Throws std::system_error.
void write_config(const Options& options, const std::vector<Numbered>& conditions, const Whereabouts& where);

/// Writes a file under another name first, then renames it. Throws std::system_error.
void write_atomically(const std::filesystem::path& file, const std::string& text);

}  // namespace mxfleet::lab
