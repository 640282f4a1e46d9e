// The commands of the program. Each adds its options to a subcommand and, when that one was chosen, runs and leaves its
// exit code.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace mxfleet {

/// What a usage error ends with, as the shell's own commands do. `check` ends with 3 (INTERFACE §2).
inline constexpr int usage_error = 2;

/// Whether what goes to standard output may have colours: that is a terminal, and nobody asked for none (no-color.org).
bool may_paint();

/// What `check` does where it is asked about services; gives the exit code.
int check_services(const std::string& config_file, const std::vector<std::string>& names, bool json, bool transcript);

/// Likewise about flows.
int check_flows(const std::string& config_file, const std::vector<std::string>& names, bool json, bool transcript);

void add_run_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_check_config_command(CLI::App& app, int& exit_code);
void add_rules_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);

}  // namespace mxfleet
