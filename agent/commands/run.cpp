// `mxfleet run --config.file=FILE`: the agent.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "agent/commands/commands.hpp"
#include "agent/service/service.hpp"
#include "config/address_text.hpp"
#include "config/rules.hpp"

namespace mxfleet {
namespace {

/// The words of the command line, before they are understood.
struct Words {
    std::string config_file;
    std::vector<std::string> listen;
    std::string web_config_file;
    std::string log_level;
    std::string log_format;
};

/// A complaint about one flag, for a person; empty if all is right.
std::string understand(const Words& words, ServiceOptions& options) {
    options.config_file = words.config_file;
    options.web_config_file = words.web_config_file;
    for (const std::string& text : words.listen) {
        const auto address = parse_listen_address(text);
        if (!address) return "--web.listen-address: " + address.error();
        options.listen.push_back(*address);
    }
    if (!words.log_level.empty()) {
        options.log_level = as::log_level.find(words.log_level);
        if (!options.log_level) return "--log.level: it is trace, debug, info, warning or error";
    }
    if (!words.log_format.empty()) {
        options.log_format = as::log_format.find(words.log_format);
        if (!options.log_format) return "--log.format: it is logfmt or json";
    }
    return {};
}

int run(const Words& words) {
    ServiceOptions options;
    if (const std::string complaint = understand(words, options); !complaint.empty()) {
        std::fprintf(stderr, "mxfleet run: %s\n", complaint.c_str());
        return usage_error;
    }
    return run_service(options);
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
    CLI::App* const command =
        app.add_subcommand("run", "The agent: probes by schedule, serves metrics, pages and the API");
    const auto words = std::make_shared<Words>();
    command->add_option("--config.file,--config", words->config_file, "The configuration, TOML")
        ->required()
        ->type_name("FILE");
    command->add_option("--web.listen-address", words->listen, "Where to serve, instead of web.listen; repeatable")
        ->type_name("ADDRESS:PORT");
    command
        ->add_option("--web.config.file", words->web_config_file, "TLS and authentication, instead of web.config_file")
        ->type_name("FILE");
    command->add_option("--log.level", words->log_level, "trace, debug, info, warning or error")->type_name("LEVEL");
    command->add_option("--log.format", words->log_format, "logfmt or json")->type_name("FORMAT");
    command->callback([words, &exit_code] { exit_code = run(*words); });
}

}  // namespace mxfleet
