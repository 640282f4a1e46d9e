// `mxfleet check --flow NAME`: sends one message of each flow and waits for it, for a person or a script.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "agent/commands/commands.hpp"
#include "agent/commands/flow_checker.hpp"
#include "agent/show/flow_json.hpp"
#include "agent/show/flow_text.hpp"
#include "agent/show/report_json.hpp"
#include "config/load.hpp"

namespace mxfleet {
namespace {

constexpr int flow_usage_error = 3;

int complain_of_flows(const std::string& text) {
    std::fprintf(stderr, "mxfleet check: %s\n", text.c_str());
    return flow_usage_error;
}

/// Those of these names, or what is wrong with one of them.
std::expected<std::vector<FlowSettings>, std::string> wanted_flows(const std::vector<std::string>& names,
                                                                   const Settings& settings) {
    std::vector<FlowSettings> wanted;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(settings.flows, name, &FlowSettings::name);
        if (found == settings.flows.end())
            return std::unexpected("--flow: the configuration has no [[flow]] named `" + name + "`");
        if (std::ranges::find(wanted, name, &FlowSettings::name) == wanted.end()) wanted.push_back(*found);
    }
    return wanted;
}

void print_flows_json(const std::vector<FlowStatus>& statuses, Transcripts transcripts) {
    Json documents = Json::array();
    for (const FlowStatus& status : statuses)
        documents.push_back(flow_json(status, transcripts));
    std::printf("%s\n", json_text(statuses.size() == 1 ? documents[0] : documents).c_str());
}

}  // namespace

int check_flows(const std::string& config_file, const std::vector<std::string>& names, bool json, bool transcript) {
    const Transcripts transcripts = transcript ? Transcripts::shown : Transcripts::hidden;
    if (config_file.empty()) return complain_of_flows("--flow needs --config.file, which says what the flow is");
    auto config = load_config(config_file);
    if (!config) {
        std::string text;
        for (const ConfigError& error : config.error())
            text += (text.empty() ? "" : "\n") + error.text();
        return complain_of_flows(text);
    }
    auto flows = wanted_flows(names, config->settings);
    if (!flows) return complain_of_flows(flows.error());
    auto trust = load_trust_store(config->settings.tls);
    if (!trust) return complain_of_flows(trust.error());

    const std::vector<FlowStatus> statuses =
        check_flows(FlowCheckTerms{std::move(config->settings), std::move(*trust), std::move(*flows)});
    if (json) print_flows_json(statuses, transcripts);
    Verdict worst = Verdict::ok;
    for (const FlowStatus& status : statuses) {
        worst = worse(worst, status.verdict());
        if (json) continue;
        if (&status != &statuses.front()) std::printf("\n");
        std::fputs(flow_text(status, {may_paint(), transcripts}).c_str(), stdout);
    }
    return exit_code(worst);
}

}  // namespace mxfleet
