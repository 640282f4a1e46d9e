// The program: finds the command and runs it.
#include <openssl/crypto.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "agent/commands/commands.hpp"
#include "agent/version.hpp"

/// Read by jemalloc(3), where it is linked. The threads of one agent share what one has freed, and what nobody needs
/// goes back to the system within a second: a fleet's memory is what it holds, not what its busiest moment held.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0,tcache_max:4096";

namespace {

using namespace mxfleet;

int print_help(const CLI::App& app, const std::string& command) {
    if (command.empty()) {
        std::fputs(app.help().c_str(), stdout);
        return 0;
    }
    const auto commands = app.get_subcommands([&](const CLI::App* each) { return each->get_name() == command; });
    if (commands.empty()) {
        std::fprintf(stderr, "mxfleet help: there is no command \"%s\"\n", command.c_str());
        return usage_error;
    }
    std::fputs(commands.front()->help().c_str(), stdout);
    return 0;
}

void add_help_command(CLI::App& app, int& exit_code) {
    CLI::App* const command = app.add_subcommand("help", "What a command does and which options it takes");
    const auto about = std::make_shared<std::string>();
    command->add_option("command", *about, "The command")->type_name("COMMAND");
    command->callback([&app, about, &exit_code] { exit_code = print_help(app, *about); });
}

bool is_check(int argc, char** argv) {
    return argc > 1 && std::string_view(argv[1]) == "check";
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer that hangs up is an error of that write alone
    // How we judge TLS is decided here and nowhere else: the system's openssl.cnf is not read.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);

    CLI::App app("mxfleet probes mail servers, on every address of every MX, and exports what it finds to Prometheus.");
    app.name("mxfleet");
    const std::string about = std::string("mxfleet ") + version + " (revision " + revision + ", " + compiler + ")";
    app.set_version_flag("--version", about);
    app.require_subcommand(1);
    int exit_code = 0;
    add_run_command(app, exit_code);
    add_check_command(app, exit_code);
    add_check_config_command(app, exit_code);
    add_explain_command(app, exit_code);
    add_help_command(app, exit_code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool was_asked_for = error.get_exit_code() == 0;  // --help, --version
        app.exit(error);
        if (was_asked_for) return 0;
        return is_check(argc, argv) ? 3 : usage_error;
    }
    return exit_code;
}
