// `mxfleet check DOMAIN…`: the whole truth about some domains, now, for a person or a script.
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "agent/commands/checker.hpp"
#include "agent/commands/commands.hpp"
#include "agent/show/log.hpp"
#include "agent/show/terminal.hpp"
#include "config/address_text.hpp"
#include "config/domain_list.hpp"
#include "config/domain_name.hpp"
#include "config/load.hpp"

namespace mxfleet {
namespace {

constexpr int unknown_or_usage = 3;

struct Options {
    std::string config_file;
    bool json = false;
    bool transcript = false;
    bool relay = false;
    bool deep = false;
    std::string exchange;
    std::vector<std::string> domains;
    std::vector<std::string> services;
    std::vector<std::string> flows;
};

/// Everything that can be wrong with the arguments, for a person.
struct UsageError {
    std::string text;
};

template <class T>
using Checked = std::expected<T, UsageError>;

std::unexpected<UsageError> wrong_usage(std::string text) {
    return std::unexpected(UsageError{std::move(text)});
}

Checked<Config> configuration(const std::string& file) {
    if (file.empty()) {
        Config config;
        fill_in(config.settings, read_system_defaults());
        return config;
    }
    auto config = load_config(file);
    ConfigErrors errors;
    if (config) {
        DomainList list = read_domains(*config);
        config->domains = std::move(list.domains);
        errors = std::move(list.errors);
    } else {
        errors = config.error();
    }
    if (errors.empty()) return std::move(*config);
    std::string text;
    for (const ConfigError& error : errors)
        text += (text.empty() ? "" : "\n") + error.text();
    return wrong_usage(std::move(text));
}

Checked<std::vector<Domain>> wanted_domains(const std::vector<std::string>& names, const Config& config) {
    std::vector<Domain> domains;
    for (const std::string& name : names) {
        const auto domain = normalise_domain(name);
        if (!domain) return wrong_usage(domain.error());
        if (std::ranges::find(domains, *domain, &Domain::name) != domains.end()) continue;
        const auto configured = std::ranges::find(config.domains, *domain, &Domain::name);
        const bool is_configured = configured != config.domains.end();
        domains.push_back({*domain, is_configured ? configured->policy : std::make_shared<const DomainPolicy>()});
    }
    return domains;
}

/// INTERFACE: relay and policy are asked for domains that the configuration names, or where `--relay` says so.
std::vector<std::string> asked_domains(const std::vector<Domain>& domains, const Config& config, bool asked_for,
                                       std::optional<bool> DomainPolicy::* own, bool others) {
    std::vector<std::string> names;
    for (const Domain& domain : domains) {
        const bool is_configured =
            std::ranges::find(config.domains, domain.name, &Domain::name) != config.domains.end();
        const bool is_enabled = (*domain.policy.*own).value_or(others);
        if (asked_for || (is_configured && is_enabled)) names.push_back(domain.name);
    }
    return names;
}

std::expected<CheckTarget, std::string> exchange_of(const std::string& text, std::uint16_t default_port) {
    const auto parts = split_host_port(text);
    if (!parts) return std::unexpected(parts.error());
    auto host = parse_host_or_address(parts->host);
    if (!host) return std::unexpected(host.error());
    return CheckTarget{std::move(*host), parts->port.value_or(default_port)};
}

Checked<CheckTerms> terms_of(const Options& options) {
    auto config = configuration(options.config_file);
    if (!config) return std::unexpected(config.error());
    auto domains = wanted_domains(options.domains, *config);
    if (!domains) return std::unexpected(domains.error());
    auto trust = load_trust_store(config->settings.tls);
    if (!trust) return wrong_usage(trust.error());

    CheckTerms terms;
    const Settings& settings = config->settings;
    terms.relay_domains = asked_domains(*domains, *config, options.relay, &DomainPolicy::relay, settings.relay.enabled);
    terms.policy_domains =
        asked_domains(*domains, *config, options.relay, &DomainPolicy::policy, settings.policy.enabled);
    terms.settings = std::move(config->settings);
    terms.trust = std::move(*trust);
    terms.domains = std::move(*domains);
    terms.deep = options.deep;
    if (!options.exchange.empty()) {
        auto exchange = exchange_of(options.exchange, terms.settings.smtp.port);
        if (!exchange) return wrong_usage("--mx: " + exchange.error());
        terms.exchange = std::move(*exchange);
    }
    if (isatty(STDERR_FILENO) != 0) {
        terms.progress = [](const std::string& text) { std::fprintf(stderr, "\r\x1b[K%.90s", text.c_str()); };
    }
    return terms;
}

void print_json(const std::vector<Report>& reports, Transcripts transcripts) {
    Json documents = Json::array();
    for (const Report& report : reports)
        documents.push_back(report_json(report, transcripts));
    std::printf("%s\n", json_text(reports.size() == 1 ? documents[0] : documents).c_str());
}

void print_text(const std::vector<Report>& reports, Transcripts transcripts) {
    const bool colour = may_paint();
    for (const Report& report : reports) {
        if (&report != &reports.front()) std::printf("\n");
        std::fputs(terminal_text(report, {colour, transcripts}).c_str(), stdout);
    }
}

int check(const Options& options) {
    const int kinds = !options.domains.empty() + !options.services.empty() + !options.flows.empty();
    if (kinds != 1) {
        std::fprintf(stderr, "mxfleet check: name domains, or services with --service, or flows with --flow\n");
        return unknown_or_usage;
    }
    if (!options.flows.empty())
        return check_flows(options.config_file, options.flows, options.json, options.transcript);
    if (!options.services.empty())
        return check_services(options.config_file, options.services, options.json, options.transcript);
    const auto terms = terms_of(options);
    if (!terms) {
        std::fprintf(stderr, "mxfleet check: %s\n", terms.error().text.c_str());
        return unknown_or_usage;
    }
    const std::vector<Report> reports = check_domains(*terms);
    if (isatty(STDERR_FILENO) != 0) std::fputs("\r\x1b[K", stderr);

    const Transcripts transcripts = options.transcript ? Transcripts::shown : Transcripts::hidden;
    options.json ? print_json(reports, transcripts) : print_text(reports, transcripts);
    Verdict worst = Verdict::ok;
    for (const Report& report : reports)
        worst = worse(worst, report.view.status->judgement.verdict);
    return exit_code(worst);
}

}  // namespace

bool may_paint() {
    const char* const no_colour = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

void add_check_command(CLI::App& app, int& exit_code) {
    CLI::App* const command = app.add_subcommand("check", "One full check of domains, now: matrix, findings, advice");
    const auto options = std::make_shared<Options>();
    command->add_option("domain", options->domains, "The domains to check")->type_name("DOMAIN");
    command->add_option("--service", options->services, "Check this service of the configuration; repeatable")
        ->type_name("NAME");
    command->add_option("--flow", options->flows, "Send a message of this flow and wait for it; repeatable")
        ->type_name("NAME");
    command->add_option("--config.file,--config", options->config_file, "A configuration; not needed")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "Print one JSON document per domain, an array if more than one");
    command->add_flag("--transcript", options->transcript, "Add the SMTP dialogue of every session");
    command->add_flag("--relay", options->relay,
                      "Ask for relaying and policy even if no configuration names the domain");
    command->add_flag("--deep", options->deep, "Also run follow-up sessions, as with older TLS");
    command->add_option("--mx", options->exchange, "Judge this server as if it were the only exchange")
        ->type_name("HOST[:PORT]");
    command->footer("Exit code: 0 ok, 1 warning, 2 critical, 3 unknown or usage error; the worst of all domains.");
    command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace mxfleet
