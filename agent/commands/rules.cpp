// `mxfleet rules`: the Prometheus rules, with the configuration's thresholds.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include "agent/commands/commands.hpp"
#include "agent/show/rules.hpp"
#include "config/domain_list.hpp"
#include "config/load.hpp"

namespace mxfleet {
namespace {

std::vector<std::string> tags_of(const std::vector<Domain>& domains) {
    std::set<std::string> tags;
    const DomainPolicy* seen = nullptr;
    for (const Domain& domain : domains) {
        if (domain.policy.get() == seen) continue;  // the lines of a file share theirs
        seen = domain.policy.get();
        for (const auto& [tag, value] : domain.policy->tags)
            tags.insert(tag);
    }
    return {tags.begin(), tags.end()};
}

int print_rules(const std::string& file) {
    Settings settings;
    std::vector<std::string> tags;
    if (!file.empty()) {
        auto config = load_config(file);
        ConfigErrors errors;
        if (config) {
            DomainList list = read_domains(*config);
            errors = std::move(list.errors);
            tags = tags_of(list.domains);
            settings = std::move(config->settings);
        } else {
            errors = std::move(config.error());
        }
        for (const ConfigError& error : errors)
            std::fprintf(stderr, "%s\n", error.text().c_str());
        if (!errors.empty()) return 1;
    }
    std::fputs(rules_yaml(settings, tags).c_str(), stdout);
    return 0;
}

}  // namespace

void add_rules_command(CLI::App& app, int& exit_code) {
    CLI::App* const command = app.add_subcommand("rules", "The alerting and recording rules for Prometheus, as YAML");
    const auto file = std::make_shared<std::string>();
    command->add_option("--config.file,--config", *file, "The configuration whose thresholds and tags to use")
        ->type_name("FILE");
    command->callback([file, &exit_code] { exit_code = print_rules(*file); });
}

}  // namespace mxfleet
