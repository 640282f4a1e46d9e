// Configuration files into values. Either all is right or every error is told; a configuration with an error in it is
// never given out.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.hpp"
#include "config/settings.hpp"
#include "config/system_defaults.hpp"

namespace mxfleet {

inline constexpr std::size_t config_bytes_limit = std::size_t{16} * 1024 * 1024;

/// Reads the file, tries the paths it names, and fills what it leaves open from `system`. Domain files are not read:
/// read_domains() does that. Paths in the file are relative to the file's own folder.
std::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file,
                                                const SystemDefaults& system = read_system_defaults());

/// The same for a text that is there already, without opening anything and without the machine's defaults: what is
/// not stated stays as settings.hpp has it. `file` is its name in errors and where its paths start from; `host_name`
/// numbers a "statefulset/COUNT" shard.
std::expected<Config, ConfigErrors> parse_config(std::string_view text, const std::string& file,
                                                 std::string_view host_name = {});

/// What `check-config` says: every error of the file and of its domain files, and how many domains are right.
struct ConfigCheck {
    ConfigErrors errors;
    std::size_t domains = 0;
};

ConfigCheck check_config(const std::filesystem::path& file, const SystemDefaults& system = read_system_defaults());

/// Every key there is, by its path: `agent.vantage`, `domain.name`, `credentials.NAME.username`.
std::vector<std::string> known_keys();

}  // namespace mxfleet
