// `mxfleet check-config --config.file=FILE`: every error of a configuration, or that there is none.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "agent/commands/commands.hpp"
#include "agent/service/web_terms.hpp"
#include "config/load.hpp"

namespace mxfleet {
namespace {

/// What is wrong with the web configuration that a configuration without errors names.
std::vector<std::string> web_errors(const std::string& file) {
    const auto config = load_config(file);
    if (!config) return {};
    auto terms = load_web_terms(config->settings.web.config_file);
    return terms ? std::vector<std::string>{} : std::move(terms.error());
}

int check_file(const std::string& file) {
    const ConfigCheck check = check_config(file);
    for (const ConfigError& error : check.errors)
        std::printf("%s\n", error.text().c_str());
    if (!check.errors.empty()) return 1;
    const std::vector<std::string> of_web = web_errors(file);
    for (const std::string& error : of_web)
        std::printf("%s\n", error.c_str());
    if (!of_web.empty()) return 1;
    std::printf("%s: ok (%zu domains)\n", file.c_str(), check.domains);
    return 0;
}

}  // namespace

void add_check_config_command(CLI::App& app, int& exit_code) {
    CLI::App* const command =
        app.add_subcommand("check-config", "Parse and validate a configuration; print every error");
    const auto file = std::make_shared<std::string>();
    command->add_option("--config.file,--config", *file, "The configuration, TOML")->required()->type_name("FILE");
    command->callback([file, &exit_code] { exit_code = check_file(*file); });
}

}  // namespace mxfleet
