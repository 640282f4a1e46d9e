// The commands of the program. Each adds its options to a subcommand and, when that one was chosen, runs and leaves its
// exit code.
#pragma once

#include <CLI/App.hpp>

namespace mxfleet {

/// What a usage error ends with, as the shell's own commands do. `check` ends with 3 (INTERFACE §2).
inline constexpr int usage_error = 2;

void add_run_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_check_config_command(CLI::App& app, int& exit_code);
void add_rules_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);

}  // namespace mxfleet
