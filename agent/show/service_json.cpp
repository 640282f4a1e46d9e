#include "agent/show/service_json.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json seconds_json(const ServicePhaseTimes& times) {
    Json all = Json::object();
    for (std::size_t at = 0; at < service_phase_count; ++at) {
        const auto phase = static_cast<Phase>(at);
        if (phase == Phase::dns || phase == Phase::rcpt) continue;
        const auto taken = times[phase];
        all[std::string(name(phase))] = taken ? Json(seconds(*taken)) : Json(nullptr);
    }
    return all;
}

Json login_json(const ServiceFacts& facts, std::optional<bool> succeeds) {
    return {{"state", name(facts.login.outcome)},
            {"success", or_null(succeeds)},
            {"mechanism", text_or_null(facts.login.mechanism)},
            {"detail", text_or_null(facts.login.detail)}};
}

Json address_json(const ServiceAddressStatus& status, Transcripts transcripts) {
    static const ServiceFacts nothing;
    const ServiceFacts& last = status.last ? *status.last : nothing;
    Json address = {{"ip", status.key.ip.text()},
                    {"port", status.key.port},
                    {"state", name(status.shown_state())},
                    {"since", date_json(status.since)},
                    {"checked_at", date_json(status.checked_at)},
                    {"confirmed_up", or_null(status.is_confirmed_up())},
                    {"failure", failure_json(last.failure)},
                    {"seconds", seconds_json(last.times)},
                    {"greeting", last.greeting ? Json(*last.greeting) : Json(nullptr)},
                    {"capabilities", or_null(last.capabilities)},
                    {"capabilities_tls", or_null(last.capabilities_tls)},
                    {"tls", tls_json(last.starttls, last.tls)},
                    {"mail_before_login", or_null(last.mail_code)},
                    {"login", login_json(last, status.shown_login())}};
    if (transcripts == Transcripts::hidden) return address;
    address["transcript"] = transcript_json(last.transcript);
    address["last_failure"] = nullptr;
    if (status.last_failed) {
        address["last_failure"] = {{"failure", failure_json(status.last_failed->failure)},
                                   {"transcript", transcript_json(status.last_failed->transcript)}};
    }
    return address;
}

}  // namespace

Json service_json(const ServiceStatus& status, Transcripts transcripts) {
    Json service = {{"schema", 1},
                    {"name", status.name},
                    {"kind", name(status.kind)},
                    {"host", status.host},
                    {"credentials", text_or_null(status.credentials)},
                    {"looked_up_at", date_json(status.looked_up_at)},
                    {"verdict", name(status.verdict())},
                    {"addresses", Json::array()},
                    {"findings", Json::array()}};
    for (const ServiceAddressStatus& address : status.addresses)
        service["addresses"].push_back(address_json(address, transcripts));
    for (const Finding& finding : status.all_findings())
        service["findings"].push_back(finding_json(finding));
    return service;
}

std::vector<Finding> findings_of_agent(const Fleet& fleet) {
    std::vector<Finding> all = fleet.agent_findings;
    for (const auto& cell : fleet.services)
        std::ranges::move(cell->status.read()->all_findings(), std::back_inserter(all));
    for (const auto& cell : fleet.flows)
        std::ranges::copy(cell->status.read()->findings, std::back_inserter(all));
    return all;
}

}  // namespace mxfleet
