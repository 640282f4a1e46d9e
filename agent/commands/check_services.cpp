// `mxfleet check --service NAME`: the whole truth about some services, now, for a person or a script.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "agent/commands/commands.hpp"
#include "agent/commands/service_checker.hpp"
#include "agent/fleet/core_dumps.hpp"
#include "agent/show/report_json.hpp"
#include "agent/show/service_json.hpp"
#include "agent/show/service_text.hpp"
#include "config/load.hpp"

namespace mxfleet {
namespace {

constexpr int unknown_or_usage = 3;

int complain(const std::string& text) {
    std::fprintf(stderr, "mxfleet check: %s\n", text.c_str());
    return unknown_or_usage;
}

/// Those of these names, or what is wrong with one of them.
std::expected<std::vector<ServiceSettings>, std::string> wanted_services(const std::vector<std::string>& names,
                                                                         const Settings& settings) {
    std::vector<ServiceSettings> wanted;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(settings.services, name, &ServiceSettings::name);
        if (found == settings.services.end())
            return std::unexpected("--service: the configuration has no [[service]] named `" + name + "`");
        wanted.push_back(*found);
    }
    return wanted;
}

void print_json(const std::vector<ServiceStatus>& statuses, Transcripts transcripts) {
    Json documents = Json::array();
    for (const ServiceStatus& status : statuses)
        documents.push_back(service_json(status, transcripts));
    std::printf("%s\n", json_text(statuses.size() == 1 ? documents[0] : documents).c_str());
}

}  // namespace

int check_services(const std::string& config_file, const std::vector<std::string>& names, bool json, bool transcript) {
    const Transcripts transcripts = transcript ? Transcripts::shown : Transcripts::hidden;
    if (config_file.empty()) return complain("--service needs --config.file, which says what the service is");
    auto config = load_config(config_file);
    if (!config) {
        std::string text;
        for (const ConfigError& error : config.error())
            text += (text.empty() ? "" : "\n") + error.text();
        return complain(text);
    }
    auto services = wanted_services(names, config->settings);
    if (!services) return complain(services.error());
    auto trust = load_trust_store(config->settings.tls);
    if (!trust) return complain(trust.error());
    keep_secrets_out_of_core_dumps(config->settings);

    const std::vector<ServiceStatus> statuses =
        check_services({std::move(config->settings), std::move(*trust), std::move(*services)});
    if (json) print_json(statuses, transcripts);
    Verdict worst = Verdict::ok;
    for (const ServiceStatus& status : statuses) {
        worst = worse(worst, status.verdict());
        if (json) continue;
        if (&status != &statuses.front()) std::printf("\n");
        std::fputs(service_text(status, {may_paint(), transcripts}).c_str(), stdout);
    }
    return exit_code(worst);
}

}  // namespace mxfleet
