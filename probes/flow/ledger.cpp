#include "probes/flow/ledger.hpp"

#include <algorithm>
#include <utility>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_delays = std::to_array<Duration>({5min, 15min, 30min});
constexpr Duration reading_least = 2s;
constexpr Duration reading_most = 1min;
constexpr int reading_share = 8;       ///< what is waited for is looked for again after such a part of its age
constexpr Duration watch_most = 5min;  ///< so long after it arrived a further copy is looked for
constexpr std::size_t letters_limit = 8;
constexpr std::size_t arrivals_kept = 2;  ///< a message that came once does not yet say that they do

WallTime after(WallTime time, Duration duration) {
    return time + std::chrono::ceil<WallTime::duration>(duration);
}

bool is_looked_for(const FlowMessage& message) {
    return message.state == MessageState::in_flight || message.state == MessageState::uncertain;
}

/// The letter's last hop says when it came; how far it may be believed is known.
WallTime arrival_of(const FlowMessage& message, const LetterFacts& letter, MaybeTime previous, WallTime now) {
    const WallTime earliest = std::max(previous ? *previous : message.begun_at, message.begun_at);
    if (letter.hops.empty() || !letter.hops.back().at || earliest > now) return now;
    return std::clamp(WallTime(*letter.hops.back().at), earliest, now);
}

}  // namespace

std::string_view name(FlowOutcome outcome) noexcept {
    switch (outcome) {
        case FlowOutcome::sent: return "sent";
        case FlowOutcome::delivered: return "delivered";
        case FlowOutcome::junk: return "junk";
        case FlowOutcome::late: return "late";
        case FlowOutcome::lost: return "lost";
        case FlowOutcome::duplicate: return "duplicate";
        case FlowOutcome::send_failed: return "send_failed";
    }
    __builtin_unreachable();
}

std::size_t FlowLedger::in_flight() const {
    return static_cast<std::size_t>(std::ranges::count_if(messages_, is_looked_for));
}

void FlowLedger::restore(std::vector<FlowMessage> messages) {
    messages_ = std::move(messages);
    std::ranges::stable_sort(messages_, {}, &FlowMessage::begun_at);
    for (FlowMessage& message : messages_) {
        if (message.state == MessageState::arrived && message.settled_at)
            last_delivery_ = std::max(last_delivery_, message.settled_at);
        if (message.state != MessageState::handing) continue;
        message.state = MessageState::uncertain;
        message.handed_at = message.begun_at;
        changed_.push_back(message.token);
    }
}

FlowMessage* FlowLedger::find(const Token& token) {
    const auto found = std::ranges::find(messages_, token, &FlowMessage::token);
    return found == messages_.end() ? nullptr : &*found;
}

// ---- Sending --------------------------------------------------------------------------------------------------------

/// A message that waits to be handed over stands for its whole route. A clock that was set back sends nothing twice,
/// and does not stop the flow for longer than the interval.
bool FlowLedger::is_due(const EndpointKey& endpoint, WallTime now) const {
    std::size_t open = 0;
    for (const FlowMessage& message : messages_) {
        if (!same_route(message.endpoint, endpoint)) continue;
        if (message.state <= MessageState::waiting) return false;
        if (!is_settled(message.state) && ++open >= open_limit) return false;
        const Duration ago = now - message.begun_at;
        if (ago < terms_.interval && ago > -terms_.interval) return false;
    }
    return true;
}

void FlowLedger::begin(Token token, EndpointKey endpoint, WallTime now) {
    FlowMessage message;
    message.token = std::move(token);
    message.endpoint = std::move(endpoint);
    message.begun_at = now;
    changed_.push_back(message.token);
    messages_.push_back(std::move(message));
}

std::vector<Token> FlowLedger::to_retry(WallTime now) const {
    std::vector<Token> tokens;
    for (const FlowMessage& message : messages_) {
        if (message.state == MessageState::waiting && message.retry_at && *message.retry_at <= now)
            tokens.push_back(message.token);
    }
    return tokens;
}

void FlowLedger::begin_again(const Token& token) {
    FlowMessage* const message = find(token);
    if (message == nullptr) return;
    message->state = MessageState::handing;
    message->retry_at = {};
    ++message->attempts;
    changed_.push_back(token);
}

void FlowLedger::attempt_begins(const Token& token, WallTime now) {
    FlowMessage* const message = find(token);
    if (message != nullptr && message->attempts == 1) message->begun_at = now;
}

/// CHECKS §8: after 5 to 15 minutes; sooner where all is to be over soon.
Duration FlowLedger::retry_delay(std::uint32_t attempts) const {
    const std::size_t at = std::min<std::size_t>(attempts, retry_delays.size()) - 1;
    return std::min(retry_delays[at], terms_.lost / 4);
}

void FlowLedger::handed(const Token& token, const EndpointKey& endpoint, Handed outcome, std::string words,
                        WallTime now) {
    FlowMessage* const message = find(token);
    if (message == nullptr || message->state != MessageState::handing) return;
    message->endpoint = endpoint;
    message->words = std::move(words);
    changed_.push_back(token);
    if (outcome == Handed::accepted || outcome == Handed::uncertain) {
        const bool is_taken = outcome == Handed::accepted;
        message->state = is_taken ? MessageState::in_flight : MessageState::uncertain;
        message->handed_at = now;
        if (is_taken) count(FlowOutcome::sent);
        return;
    }
    message->greylisted = message->greylisted || outcome == Handed::not_now;
    const WallTime next = after(now, retry_delay(message->attempts));
    if (outcome != Handed::refused && message->taken_until(next) < terms_.lost) {
        message->state = MessageState::waiting;
        message->retry_at = next;
        return;
    }
    count(FlowOutcome::send_failed);
    settle(*message, outcome == Handed::failed ? MessageState::not_sent : MessageState::refused, now);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

/// Soon for what was sent just now, then ever more seldom; and when a time is over that something depends on.
MaybeTime FlowLedger::reading_due(MaybeTime last_reading, WallTime now) const {
    MaybeTime due;
    const auto wish = [&](WallTime at) { due = due ? std::min(*due, at) : at; };
    for (const FlowMessage& message : messages_) {
        const bool is_watched = message.state == MessageState::arrived && message.settled_at &&
                                now - *message.settled_at < std::min(terms_.late, watch_most);
        if (!is_looked_for(message) && !is_watched) continue;
        if (!last_reading) return now;
        const WallTime since = is_watched ? *message.settled_at : *message.handed_at;
        const Duration age = std::max<Duration>(*last_reading - since, Duration{});
        wish(after(*last_reading, std::clamp(age / reading_share, reading_least, reading_most)));
        if (is_watched) continue;
        for (const WallTime end : {after(message.begun_at, terms_.late), after(since, terms_.lost)}) {
            if (end > *last_reading) wish(std::max(end, after(*last_reading, reading_least / 2)));
        }
    }
    return due;
}

bool FlowLedger::saw(const SeenLetter& letter, MaybeTime previous, WallTime now) {
    FlowMessage* const message = letter.facts->token ? find(*letter.facts->token) : nullptr;
    if (message == nullptr) return false;
    if (letter.facts->report) {
        reported(*message, *letter.facts->report, now);
    } else if (message->state != MessageState::arrived) {
        arrived(*message, letter, previous, now);
    } else if (std::ranges::find(message->letters, letter.id) == message->letters.end()) {
        if (message->letters.size() == letters_limit) return true;
        message->letters.push_back(letter.id);
        count(FlowOutcome::duplicate);
        changed_.push_back(message->token);
    }
    return true;
}

void FlowLedger::arrived(FlowMessage& message, const SeenLetter& letter, MaybeTime previous, WallTime now) {
    if (message.state == MessageState::handing || message.state == MessageState::uncertain ||
        message.state == MessageState::unknown) {
        count(FlowOutcome::sent);  // it was, as is seen now
    }
    const WallTime at = arrival_of(message, *letter.facts, previous, now);
    const Duration taken = message.taken_until(at);
    if (taken > terms_.late) become_late(message);
    message.junk = letter.junk;
    message.letters.push_back(letter.id);
    message.letter = letter.facts;
    settle(message, MessageState::arrived, at);
    last_delivery_ = std::max(last_delivery_, MaybeTime(at));
    count(FlowOutcome::delivered);
    if (letter.junk) count(FlowOutcome::junk);
    const auto bucket = std::ranges::lower_bound(delivery_buckets, seconds(taken));
    ++counts_.deliveries[static_cast<std::size_t>(bucket - delivery_buckets.begin())];
    counts_.delivery_seconds += seconds(taken);
}

/// Who says that it failed has not lost it in silence; it will not come all the same.
void FlowLedger::reported(FlowMessage& message, const DeliveryReport& report, WallTime now) {
    const bool is_news = !message.report || message.report->action != report.action;
    if (!is_news) return;
    message.report = report;
    changed_.push_back(message.token);
    if (report.action != ReportedAction::failed || !is_looked_for(message)) return;
    count(FlowOutcome::lost);
    settle(message, MessageState::lost, now);
}

void FlowLedger::become_late(FlowMessage& message) {
    if (message.late) return;
    message.late = true;
    count(FlowOutcome::late);
    changed_.push_back(message.token);
}

void FlowLedger::read_all(WallTime begun_at, WallTime now) {
    for (FlowMessage& message : messages_) {
        if (!is_looked_for(message)) continue;
        const bool is_taken = message.state == MessageState::in_flight;
        if (is_taken && begun_at > after(message.begun_at, terms_.late)) become_late(message);
        if (begun_at < after(*message.handed_at, terms_.lost)) continue;
        if (is_taken) count(FlowOutcome::lost);
        settle(message, is_taken ? MessageState::lost : MessageState::unknown, now);
    }
    forget_outdated();
}

void FlowLedger::settle(FlowMessage& message, MessageState state, WallTime now) {
    message.state = state;
    message.settled_at = now;
    changed_.push_back(message.token);
    settled_.push_back(message);
}

/// Of each state the last message of a route tells all that there is to tell; of those that arrived, the last two.
void FlowLedger::forget_outdated() {
    const auto is_outdated = [&](const FlowMessage& message) {
        if (!is_settled(message.state)) return false;
        const auto follows = [&](const FlowMessage& other) {
            return other.state == message.state && same_route(other.endpoint, message.endpoint) &&
                   other.begun_at > message.begun_at;
        };
        const auto later = static_cast<std::size_t>(std::ranges::count_if(messages_, follows));
        return later >= (message.state == MessageState::arrived ? arrivals_kept : 1);
    };
    std::vector<Token> outdated;
    for (const FlowMessage& message : messages_) {
        if (is_outdated(message)) outdated.push_back(message.token);
    }
    const auto is_among = [&](const FlowMessage& message) {
        return std::ranges::find(outdated, message.token) != outdated.end();
    };
    std::erase_if(messages_, is_among);
    std::ranges::move(outdated, std::back_inserter(forgotten_));
}

// ---- Keeping --------------------------------------------------------------------------------------------------------

FlowLedger::Changes FlowLedger::take_changes() {
    forget_outdated();
    Changes changes;
    for (const FlowMessage& message : messages_) {
        if (std::ranges::find(changed_, message.token) != changed_.end()) changes.kept.push_back(message);
    }
    changed_.clear();
    changes.forgotten = std::exchange(forgotten_, {});
    changes.settled = std::exchange(settled_, {});
    return changes;
}

}  // namespace mxfleet
