#include "probes/flow/findings.hpp"

#include <algorithm>
#include <map>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

/// The last message of each kind that tells something. Null: there is none.
struct RouteNews {
    const FlowMessage* arrived = nullptr;
    const FlowMessage* lost = nullptr;
    const FlowMessage* refused = nullptr;
    const FlowMessage* taken = nullptr;    ///< the last that a server took
    const FlowMessage* overdue = nullptr;  ///< the oldest that is late and still on its way
    const FlowMessage* doubled = nullptr;
};

bool is_newer(const FlowMessage* message, const FlowMessage* other) {
    return message != nullptr && (other == nullptr || message->begun_at > other->begun_at);
}

void keep_newer(const FlowMessage*& known, const FlowMessage& message) {
    if (is_newer(&message, known)) known = &message;
}

void note(RouteNews& news, const FlowMessage& message) {
    if (message.state == MessageState::arrived) keep_newer(news.arrived, message);
    if (message.state == MessageState::lost) keep_newer(news.lost, message);
    if (message.state == MessageState::refused) keep_newer(news.refused, message);
    if (message.handed_at && message.state != MessageState::uncertain) keep_newer(news.taken, message);
    if (message.letters.size() > 1) keep_newer(news.doubled, message);
    const bool is_overdue = message.late && message.state == MessageState::in_flight;
    const bool is_oldest = news.overdue == nullptr || message.begun_at < news.overdue->begun_at;
    if (is_overdue && is_oldest) news.overdue = &message;
}

std::string whose(std::string_view flow, const FlowMessage& message) {
    return "flow " + std::string(flow) + ": test mail handed to " + message.endpoint.text();
}

std::string lost_words(std::string_view flow, const FlowTerms& terms, const FlowMessage& message) {
    const std::string begun = whose(flow, message);
    if (!message.report || message.report->action != ReportedAction::failed)
        return begun + " was taken and is not in the mailbox after " + in_words(terms.lost);
    std::string text = begun + " was taken and sent back";
    if (!message.report->reporter.empty()) text += " by " + message.report->reporter;
    const std::string& words = message.report->words.empty() ? message.report->status : message.report->words;
    return words.empty() ? text : text + ": " + words;
}

std::string late_words(std::string_view flow, const FlowTerms& terms, const FlowMessage& message) {
    if (message.state != MessageState::arrived)
        return whose(flow, message) + " is not in the mailbox after " + in_words(terms.late);
    const Duration taken = message.settled_at ? message.taken_until(*message.settled_at) : terms.late;
    return whose(flow, message) + " took " + in_words(taken) + (message.greylisted ? ", greylisted at first" : "");
}

std::string refused_words(std::string_view flow, const FlowMessage& message) {
    const std::string text = "flow " + std::string(flow) + ": " + message.endpoint.text() + " takes no test mail";
    return message.words.empty() ? text : text + ": " + message.words;
}

/// When what is said of the message came to be so.
WallTime since_of(const FlowMessage& message) {
    return message.settled_at ? *message.settled_at : message.begun_at;
}

void judge_route(std::string_view flow, const FlowTerms& terms, const RouteNews& news,
                 std::vector<FlowStatement>& said) {
    const auto say = [&](FindingCode code, const FlowMessage& about, std::string_view words) {
        std::optional<EndpointKey> place;
        if (terms.by_endpoint) place = about.endpoint;
        said.push_back({Statement(code, words), std::move(place), since_of(about)});
    };
    if (is_newer(news.lost, news.arrived)) say("flow.lost", *news.lost, lost_words(flow, terms, *news.lost));
    const FlowMessage* const late = news.arrived != nullptr && news.arrived->late ? news.arrived : news.overdue;
    if (late != nullptr) say("flow.late", *late, late_words(flow, terms, *late));
    if (news.arrived != nullptr && news.arrived->junk)
        say("flow.junk", *news.arrived, whose(flow, *news.arrived) + " lies in the junk folder");
    if (news.doubled != nullptr) {
        const std::string copies = counted(news.doubled->letters.size(), "time", "times");
        say("flow.duplicate", *news.doubled, whose(flow, *news.doubled) + " arrived " + copies);
    }
    if (is_newer(news.refused, news.taken)) say("flow.refused", *news.refused, refused_words(flow, *news.refused));
}

}  // namespace

std::vector<FlowStatement> judge_flow(std::string_view flow, const FlowTerms& terms,
                                      const std::vector<FlowMessage>& messages) {
    std::map<EndpointKey, RouteNews> routes;
    for (const FlowMessage& message : messages)
        note(routes[terms.by_endpoint ? message.endpoint : EndpointKey{}], message);
    std::vector<FlowStatement> said;
    for (const auto& [endpoint, news] : routes)
        judge_route(flow, terms, news, said);
    return said;
}

}  // namespace mxfleet
