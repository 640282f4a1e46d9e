#include "agent/judge/flow.hpp"

#include <algorithm>

#include "probes/flow/findings.hpp"

namespace mxfleet {
namespace {

Finding placed(FlowStatement said) {
    Finding finding{std::move(said.statement), Scope::agent, {}, {}, 0, said.since};
    if (!said.endpoint) return finding;
    finding.mx = said.endpoint->mx;
    finding.ip = said.endpoint->ip;
    finding.port = said.endpoint->port;
    return finding;
}

bool is_about_the_same(const Finding& a, const Finding& b) {
    return a.statement.code == b.statement.code && a.statement.severity == b.statement.severity && a.mx == b.mx &&
           a.ip == b.ip && a.port == b.port;
}

}  // namespace

FlowTerms terms_of(const FlowSettings& flow) {
    return {flow.interval, flow.late, flow.lost, flow.via.kind == FlowRoute::Kind::each_endpoint};
}

Verdict FlowStatus::verdict() const {
    Verdict worst = Verdict::ok;
    for (const Finding& finding : findings)
        worst = worse(worst, verdict_of(finding.statement.severity));
    const auto has_arrived = [](const FlowMessage& message) { return message.state == MessageState::arrived; };
    const bool is_blind = mailbox_failure && in_flight > 0;
    const bool is_known = std::ranges::any_of(messages, has_arrived) || worst == Verdict::critical;
    return is_known && !is_blind ? worst : worse(worst, Verdict::unknown);
}

std::vector<Finding> findings_of(const FlowStatus& status, const std::vector<Finding>& before) {
    std::vector<Finding> all;
    for (FlowStatement& said : judge_flow(status.name, terms_of(status.settings), status.messages)) {
        Finding finding = placed(std::move(said));
        const auto known =
            std::ranges::find_if(before, [&](const Finding& each) { return is_about_the_same(each, finding); });
        if (known != before.end()) finding.since = known->since;
        all.push_back(std::move(finding));
    }
    return all;
}

bool same_judgement(const FlowStatus& a, const FlowStatus& b) {
    return std::ranges::equal(a.findings, b.findings, is_about_the_same);
}

std::string_view shown_state(const FlowMessage& message) {
    switch (message.state) {
        case MessageState::waiting: return message.greylisted ? "greylisted" : name(message.state);
        case MessageState::in_flight: return message.late ? "late" : "sent";
        case MessageState::arrived: break;
        case MessageState::handing:
        case MessageState::uncertain:
        case MessageState::lost:
        case MessageState::refused:
        case MessageState::not_sent:
        case MessageState::unknown: return name(message.state);
    }
    if (message.letters.size() > 1) return "duplicate";
    if (message.junk) return "junk";
    return message.late ? "late" : "delivered";
}

ProbeResult result_of(MessageState state) {
    switch (state) {
        case MessageState::arrived: return ProbeResult::success;
        case MessageState::lost:
        case MessageState::refused: return ProbeResult::failure;
        case MessageState::handing:
        case MessageState::waiting:
        case MessageState::in_flight:
        case MessageState::uncertain:
        case MessageState::not_sent:
        case MessageState::unknown: return ProbeResult::unknown;
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
