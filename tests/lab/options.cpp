#include "tests/lab/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace mxfleet::lab {
namespace {

constexpr auto footer =
    "Everything listens on loopback only. The lab runs until SIGTERM or SIGINT and says in one line when it is ready.";

/// Reads `50ms`, `2s` or `1m` as milliseconds.
CLI::AsNumberWithUnit duration() {
    return CLI::AsNumberWithUnit(std::map<std::string, std::int64_t>{{"ms", 1}, {"s", 1000}, {"m", 60'000}},
                                 CLI::AsNumberWithUnit::UNIT_REQUIRED, "DURATION");
}

struct Durations {
    std::int64_t fleet_delay = 0;
    std::int64_t interval = 15'000;
};

void describe_output(CLI::App& app, Options& options) {
    app.add_flag("--list", options.list, "Print the conditions and what a correct checker says of each, and exit");
    app.add_flag("--json", options.json, "With --list: for machines");
    app.add_option("--config-out", options.config_out, "Write the agent's configuration for this lab to FILE")
        ->type_name("FILE");
    app.add_option("--work-dir", options.work_dir, "Where certificates are written (default: a temporary directory)")
        ->type_name("DIR");
    app.add_option("--connection-log", options.connection_log, "Write when each connection came and how it ended")
        ->type_name("FILE");
}

void describe_ports(CLI::App& app, Options& options) {
    app.add_option("--dns-port", options.dns_port, "UDP and TCP, on 127.0.0.1; 0: a free one")->capture_default_str();
    app.add_option("--smtp-port", options.smtp_port, "Of the conditions; 0: a free one")->capture_default_str();
    app.add_option("--fleet-port", options.fleet_port, "Of the fleet; 0: a free one")->capture_default_str();
    const auto all_free = [&options](std::int64_t) { options.dns_port = options.smtp_port = options.fleet_port = 0; };
    app.add_flag_function("--ephemeral", all_free, "The same as 0 for all three ports");
}

void describe_contents(CLI::App& app, Options& options, Durations& durations) {
    app.add_option("--only", options.only, "Only these conditions, by name")->delimiter(',')->type_name("NAME,…");
    app.add_option("--many-domains", options.many_domains, "Domains of the condition many-domains")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    const auto fleet_range = CLI::Range(std::size_t{0}, fleet_limit);
    app.add_option("--fleet", options.fleet.plain, "Add so many healthy endpoints, each with its own domain")
        ->check(fleet_range);
    app.add_option("--fleet-tls", options.fleet.tls, "The same with STARTTLS")->check(fleet_range);
    app.add_option("--fleet-delay", durations.fleet_delay, "How long the fleet's greeting takes, times --time-scale")
        ->transform(duration());
    app.add_option("--fleet-certificates", options.fleet_certificates, "Different certificates among the fleet")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
}

void describe_pace(CLI::App& app, Options& options, Durations& durations) {
    app.add_option("--time-scale", options.time_scale, "What is slow takes so many times as long")
        ->check(CLI::Range(0.01, 1000.0))
        ->capture_default_str();
    app.add_option("--interval", durations.interval, "schedule.interval in the configuration")->transform(duration());
    app.add_option("--threads", options.threads, "Threads that serve SMTP")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
}

}  // namespace

std::variant<Options, int> parse_command_line(int argc, char** argv) {
    Options options;
    Durations durations;
    CLI::App app("A small mail world on loopback: healthy servers, and some that are sick in one way each.",
                 "mxfleet-lab");
    app.footer(footer);
    describe_output(app, options);
    describe_ports(app, options);
    describe_contents(app, options, durations);
    describe_pace(app, options, durations);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        return app.exit(outcome);
    }
    options.fleet_delay = std::chrono::milliseconds(durations.fleet_delay);
    options.interval = std::chrono::milliseconds(durations.interval);
    return options;
}

}  // namespace mxfleet::lab
