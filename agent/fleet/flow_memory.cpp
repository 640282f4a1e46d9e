#include "agent/fleet/flow_memory.hpp"

#include <vector>

namespace mxfleet {
namespace {

constexpr std::uint32_t greylisted_flag = 1;
constexpr std::uint32_t late_flag = 2;
constexpr std::uint32_t junk_flag = 4;

std::string as_lines(const std::vector<std::string>& texts) {
    std::string lines;
    for (const std::string& text : texts)
        lines += text + "\n";
    return lines;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::optional<DeliveryReport> report_of(const StoredFlowMessage& kept, const Token& token) {
    std::vector<std::string> lines = lines_of(kept.report);
    if (lines.size() != 4) return std::nullopt;
    DeliveryReport report{ReportedAction::failed, lines[1], lines[2], lines[3], token};
    for (const auto action : {ReportedAction::failed, ReportedAction::delayed, ReportedAction::delivered,
                              ReportedAction::relayed, ReportedAction::expanded}) {
        if (name(action) == lines[0]) report.action = action;
    }
    return report;
}

}  // namespace

StoredFlowMessage stored(const std::string& flow, const FlowMessage& message) {
    StoredFlowMessage kept;
    kept.token = message.token.text();
    kept.flow = flow;
    kept.endpoint = message.endpoint;
    kept.state = name(message.state);
    kept.begun_at = message.begun_at;
    kept.handed_at = message.handed_at;
    kept.retry_at = message.retry_at;
    kept.settled_at = message.settled_at;
    kept.attempts = message.attempts;
    kept.flags =
        (message.greylisted ? greylisted_flag : 0) | (message.late ? late_flag : 0) | (message.junk ? junk_flag : 0);
    kept.letters = as_lines(message.letters);
    kept.words = message.words;
    if (message.report) {
        const DeliveryReport& report = *message.report;
        kept.report = as_lines({std::string(name(report.action)), report.reporter, report.status, report.words});
    }
    return kept;
}

std::optional<FlowMessage> restored(const StoredFlowMessage& kept) {
    const auto token = read_token(kept.token);
    const auto state = message_state_of(kept.state);
    if (!token || !state) return std::nullopt;
    FlowMessage message;
    message.token = *token;
    message.endpoint = kept.endpoint;
    message.state = *state;
    message.begun_at = kept.begun_at;
    message.handed_at = kept.handed_at;
    message.retry_at = kept.retry_at;
    message.settled_at = kept.settled_at;
    message.attempts = kept.attempts;
    message.greylisted = (kept.flags & greylisted_flag) != 0;
    message.late = (kept.flags & late_flag) != 0;
    message.junk = (kept.flags & junk_flag) != 0;
    message.letters = lines_of(kept.letters);
    message.words = kept.words;
    message.report = report_of(kept, *token);
    const bool is_looked_for = *state == MessageState::in_flight || *state == MessageState::uncertain;
    if (is_looked_for && !message.handed_at) message.handed_at = message.begun_at;
    return message;
}

}  // namespace mxfleet
