// One test message, from before it is handed over until nobody asks for it any more: what is known of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/flow/letter.hpp"
#include "probes/flow/token.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/model/handed.hpp"

namespace mxfleet {

enum class MessageState : std::uint8_t {
    handing,    ///< being handed over
    waiting,    ///< to be handed over again
    in_flight,  ///< taken, and not seen yet
    uncertain,  ///< it may have been taken, and is never sent again
    arrived,
    lost,
    refused,   ///< by 5xx, or by 4xx for as long as it was tried
    not_sent,  ///< nobody could be reached to take it
    unknown,   ///< nobody can tell
};
inline constexpr std::size_t message_state_count = 9;
std::string_view name(MessageState state) noexcept;
std::optional<MessageState> message_state_of(std::string_view name);

/// Whether nothing more is to become of it but a further copy.
constexpr bool is_settled(MessageState state) {
    return state >= MessageState::arrived;
}

struct FlowMessage {
    Token token;
    EndpointKey endpoint;  ///< whom it was handed to, or is to be
    MessageState state = MessageState::handing;
    WallTime begun_at{};   ///< its first attempt
    MaybeTime handed_at;   ///< when it was taken
    MaybeTime retry_at;    ///< of one that waits
    MaybeTime settled_at;  ///< when it arrived, or when that was given up
    std::uint32_t attempts = 1;
    bool greylisted = false;  ///< an attempt was answered with 4xx
    bool late = false;
    bool junk = false;
    std::vector<std::string> letters;      ///< by what its copies are known in the mailbox, as it was when they came
    std::string words;                     ///< the server's last to it, printable
    std::optional<DeliveryReport> report;  ///< the last on it
    std::shared_ptr<const LetterFacts> letter;  ///< the first copy; null before, and after a restart

    Duration taken_until(WallTime time) const { return time - begun_at; }
};

}  // namespace mxfleet
