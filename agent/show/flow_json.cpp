#include "agent/show/flow_json.hpp"

namespace mxfleet {
namespace {

Json flow_text(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json flow_endpoint_json(const EndpointKey& key) {
    return {{"mx", key.mx}, {"ip", key.ip.text()}, {"port", key.port}};
}

std::string via_of(const FlowRoute& route) {
    switch (route.kind) {
        case FlowRoute::Kind::each_endpoint: return "each_endpoint";
        case FlowRoute::Kind::mx: return "mx";
        case FlowRoute::Kind::service: return "service:" + route.service;
    }
    __builtin_unreachable();
}

Json report_json(const std::optional<DeliveryReport>& report) {
    if (!report) return nullptr;
    return {{"action", name(report->action)},
            {"reporter", flow_text(report->reporter)},
            {"status", flow_text(report->status)},
            {"text", flow_text(report->words)}};
}

/// Negative seconds are clocks that differ, and are shown as they are.
Json hops_json(const std::vector<Hop>& hops) {
    Json all = Json::array();
    for (const Hop& hop : hops) {
        all.push_back({{"from", flow_text(hop.from)},
                       {"by", flow_text(hop.by)},
                       {"with", flow_text(hop.with)},
                       {"at", hop.at ? Json(date_text(*hop.at)) : Json(nullptr)},
                       {"seconds", hop.took ? Json(hop.took->count()) : Json(nullptr)}});
    }
    return all;
}

Json authentication_json(const Authentication& found) {
    const auto result = [](const std::optional<AuthResult>& each) { return each ? Json(name(*each)) : Json(nullptr); };
    return {{"server", flow_text(found.server)},
            {"spf", result(found.spf)},
            {"dkim", result(found.dkim)},
            {"dmarc", result(found.dmarc)}};
}

Json message_json(const FlowMessage& message) {
    const bool has_arrived = message.state == MessageState::arrived && message.settled_at;
    Json json = {
        {"token", message.token.text()},
        {"state", shown_state(message)},
        {"begun_at", date_json(message.begun_at)},
        {"handed_at", date_json(message.handed_at)},
        {"arrived_at", has_arrived ? date_json(message.settled_at) : Json(nullptr)},
        {"seconds", has_arrived ? Json(seconds(message.taken_until(*message.settled_at))) : Json(nullptr)},
        {"attempts", message.attempts},
        {"retry_at", date_json(message.retry_at)},
        {"greylisted", message.greylisted},
        {"late", message.late},
        {"junk", has_arrived ? Json(message.junk) : Json(nullptr)},
        {"copies", message.letters.size()},
        {"reply", flow_text(message.words)},
        {"report", report_json(message.report)},
        {"hops", message.letter ? hops_json(message.letter->hops) : Json(nullptr)},
        {"authentication", message.letter ? authentication_json(message.letter->authentication) : Json(nullptr)}};
    json.update(flow_endpoint_json(message.endpoint));
    return json;
}

Json counts_of(const FlowCounts& counts) {
    Json all = Json::object();
    for (std::size_t at = 0; at < flow_outcome_count; ++at)
        all[std::string(name(static_cast<FlowOutcome>(at)))] = counts.outcomes[at];
    return all;
}

Json handing_json(const Handing& handing, Transcripts transcripts) {
    Json json = flow_endpoint_json(handing.endpoint);
    json["at"] = date_json(handing.at);
    json["outcome"] = name(handing.facts.outcome);
    json["code"] = handing.facts.code ? Json(*handing.facts.code) : Json(nullptr);
    json["reply"] = flow_text(handing.facts.reply);
    json["failure"] = failure_json(handing.facts.failure);
    json["tls"] = tls_json(handing.facts.starttls, handing.facts.tls);
    json["dsn_requested"] = handing.facts.dsn_requested;
    if (transcripts == Transcripts::shown) json["transcript"] = transcript_json(handing.facts.transcript);
    return json;
}

}  // namespace

Json flow_json(const FlowStatus& status, Transcripts transcripts) {
    Json flow = {
        {"schema", 1},
        {"name", status.name},
        {"from", status.settings.from},
        {"to", status.settings.to},
        {"via", via_of(status.settings.via)},
        {"mailbox", status.settings.mailbox},
        {"interval_seconds", seconds(status.settings.interval)},
        {"late_seconds", seconds(status.settings.late)},
        {"lost_seconds", seconds(status.settings.lost)},
        {"verdict", name(status.verdict())},
        {"looked_up_at", date_json(status.looked_up_at)},
        {"last_delivery", date_json(status.last_delivery)},
        {"in_flight", status.in_flight},
        {"counts", counts_of(status.counts)},
        {"mailbox_read_at", date_json(status.mailbox_read_at)},
        {"mailbox_failure", failure_json(status.mailbox_failure)},
        {"endpoints", Json::array()},
        {"messages", Json::array()},
        {"last_handing", status.last_handing ? handing_json(*status.last_handing, transcripts) : Json(nullptr)},
        {"findings", Json::array()}};
    for (const EndpointKey& endpoint : status.endpoints)
        flow["endpoints"].push_back(flow_endpoint_json(endpoint));
    for (const FlowMessage& message : status.messages)
        flow["messages"].push_back(message_json(message));
    for (const Finding& finding : status.findings)
        flow["findings"].push_back(finding_json(finding));
    return flow;
}

}  // namespace mxfleet
