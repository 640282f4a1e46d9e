#include "agent/show/flow_text.hpp"

#include "agent/show/finding_text.hpp"
#include "agent/show/text.hpp"
#include "probes/model/ascii.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t message_text_width = 96;

Colour colour_of(const FlowMessage& message) {
    if (message.state == MessageState::arrived) return message.late || message.junk ? Colour::yellow : Colour::green;
    return message.state == MessageState::lost || message.state == MessageState::refused ? Colour::red : Colour::yellow;
}

std::string message_line(const FlowMessage& message, const Painter& paint) {
    std::string line =
        "  " + message.endpoint.text() + "  " + paint(colour_of(message), upper_case(shown_state(message)));
    if (message.state == MessageState::arrived && message.settled_at) {
        // Servers tell whole seconds.
        const Duration taken = message.taken_until(*message.settled_at);
        line += taken < std::chrono::seconds{1} ? " within a second" : " after " + in_words(taken);
    }
    return line + "\n";
}

std::string hop_text(const Hop& hop) {
    std::string text = hop.by.empty() ? "somebody" : hop.by;
    if (!hop.from.empty()) text += " from " + hop.from;
    if (!hop.with.empty()) text += " with " + hop.with;
    if (!hop.took) return text;
    text += ": " + std::to_string(hop.took->count()) + " s";
    return hop.took->count() < 0 ? text + ", clocks differ" : text;
}

std::string authentication_text(const Authentication& found) {
    if (found.server.empty()) return {};
    std::string text;
    const auto add = [&](std::string_view method, const std::optional<AuthResult>& result) {
        if (result) text.append(text.empty() ? "" : ", ").append(method).append(" ").append(name(*result));
    };
    add("SPF", found.spf);
    add("DKIM", found.dkim);
    add("DMARC", found.dmarc);
    return text.empty() ? text : text + ", says " + found.server;
}

std::string message_text(const FlowMessage& message, const Painter& paint) {
    std::string text = message_line(message, paint);
    const auto add = [&](const std::string& line) {
        if (!line.empty()) text += wrapped(line, message_text_width, "      ");
    };
    add(message.words.empty() ? "" : "reply: " + message.words);
    if (message.report)
        add("report: " + std::string(name(message.report->action)) + " by " + message.report->reporter + " " +
            message.report->words);
    if (!message.letter) return text;
    for (const Hop& hop : message.letter->hops)
        add(hop_text(hop));
    add(authentication_text(message.letter->authentication));
    return text;
}

}  // namespace

std::string flow_text(const FlowStatus& status, const TerminalStyle& style) {
    const Painter paint(style.colour);
    const Verdict verdict = status.verdict();
    std::string text = paint(Colour::bold, status.name) + "  " + paint(colour_of(verdict), upper_case(name(verdict))) +
                       "  " + status.settings.from + " to " + status.settings.to + "\n";
    if (status.messages.empty()) {
        text += status.endpoints.empty() ? "  there is nobody to hand the message to\n" : "  nothing was sent\n";
    }
    for (const FlowMessage& message : status.messages)
        text += message_text(message, paint);
    if (status.mailbox_failure) {
        text += "  mailbox " + status.settings.mailbox + ": " + std::string(name(status.mailbox_failure->phase)) + " " +
                std::string(name(status.mailbox_failure->reason)) + " " + status.mailbox_failure->detail + "\n";
    }
    for (const Finding& finding : status.findings)
        text += finding_text(finding, paint);
    if (style.transcripts == Transcripts::shown && status.last_handing)
        text += transcript_text(status.last_handing->endpoint.text(), status.last_handing->facts.transcript, paint);
    return text;
}

}  // namespace mxfleet
