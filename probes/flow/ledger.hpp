// What became of a flow's messages: of each that was handed over, whether it was seen, when, and how often. Pure: it is
// told what happens and what time it is. A mailbox that could not be read leaves things unknown; only a complete
// reading after its time makes a message lost.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/flow/flow_message.hpp"

namespace mxfleet {

struct FlowTerms {
    Duration interval{};
    Duration late{};
    Duration lost{};
    bool by_endpoint = false;  ///< each endpoint has messages of its own; else they all are the flow's

    bool operator==(const FlowTerms&) const = default;
};

/// What is counted of messages. One may count as several: what is in the junk folder was delivered, too.
enum class FlowOutcome : std::uint8_t { sent, delivered, junk, late, lost, duplicate, send_failed };
inline constexpr std::size_t flow_outcome_count = 7;
std::string_view name(FlowOutcome outcome) noexcept;

/// Upper bounds of the delivery histogram, in seconds; the last bucket has none.
inline constexpr auto delivery_buckets =
    std::to_array<double>({1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600});

/// Since the agent started.
struct FlowCounts {
    std::array<std::uint64_t, flow_outcome_count> outcomes{};
    std::array<std::uint64_t, delivery_buckets.size() + 1> deliveries{};  ///< not cumulative
    double delivery_seconds = 0;

    std::uint64_t operator[](FlowOutcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
};

/// A letter of ours, as it was found.
struct SeenLetter {
    std::string id;  ///< its folder and its id there
    bool junk = false;
    std::shared_ptr<const LetterFacts> facts;
};

class FlowLedger {
public:
    static constexpr std::size_t open_limit = 64;  ///< messages of a route of which nothing is known yet; then no more

    explicit FlowLedger(FlowTerms terms) : terms_(terms) {}

    const FlowTerms& terms() const { return terms_; }
    void set_terms(FlowTerms terms) { terms_ = terms; }
    const std::vector<FlowMessage>& messages() const { return messages_; }
    const FlowCounts& counts() const { return counts_; }
    MaybeTime last_delivery() const { return last_delivery_; }
    std::size_t in_flight() const;

    /// What an earlier run has kept. What it was handing over then may have been taken.
    void restore(std::vector<FlowMessage> messages);

    // ---- Sending ----

    /// Whether it is time for the endpoint's next message, or for the flow's.
    bool is_due(const EndpointKey& endpoint, WallTime now) const;
    void begin(Token token, EndpointKey endpoint, WallTime now);
    /// Those that are to be handed over once more.
    std::vector<Token> to_retry(WallTime now) const;
    void begin_again(const Token& token);
    /// The attempt begins only now: what is kept of it is written.
    void attempt_begins(const Token& token, WallTime now);
    void handed(const Token& token, const EndpointKey& endpoint, Handed outcome, std::string words, WallTime now);

    // ---- Reading ----

    /// When the mailbox is to be read next, if it was last read then.
    MaybeTime reading_due(MaybeTime last_reading, WallTime now) const;
    /// A letter, found by a reading after which `previous` was the last complete one. False: not one of these messages.
    bool saw(const SeenLetter& letter, MaybeTime previous, WallTime now);
    /// A reading of the whole mailbox that began then has been told.
    void read_all(WallTime begun_at, WallTime now);

    // ---- Keeping ----

    struct Changes {
        std::vector<FlowMessage> kept;
        std::vector<Token> forgotten;
        std::vector<FlowMessage> settled;  ///< of which something came to be known for good
    };
    /// Since the last time.
    Changes take_changes();

private:
    FlowMessage* find(const Token& token);
    bool same_route(const EndpointKey& a, const EndpointKey& b) const { return !terms_.by_endpoint || a == b; }
    Duration retry_delay(std::uint32_t attempts) const;
    void count(FlowOutcome outcome) { ++counts_.outcomes[static_cast<std::size_t>(outcome)]; }
    void arrived(FlowMessage& message, const SeenLetter& letter, MaybeTime previous, WallTime now);
    void reported(FlowMessage& message, const DeliveryReport& report, WallTime now);
    void become_late(FlowMessage& message);
    void settle(FlowMessage& message, MessageState state, WallTime now);
    void forget_outdated();

    FlowTerms terms_;
    std::vector<FlowMessage> messages_;  ///< the oldest first
    FlowCounts counts_;
    MaybeTime last_delivery_;
    std::vector<Token> changed_;
    std::vector<Token> forgotten_;
    std::vector<FlowMessage> settled_;
};

}  // namespace mxfleet
