#include "probes/flow/flow_message.hpp"

namespace mxfleet {

std::string_view name(MessageState state) noexcept {
    switch (state) {
        case MessageState::handing: return "handing";
        case MessageState::waiting: return "waiting";
        case MessageState::in_flight: return "in_flight";
        case MessageState::uncertain: return "uncertain";
        case MessageState::arrived: return "arrived";
        case MessageState::lost: return "lost";
        case MessageState::refused: return "refused";
        case MessageState::not_sent: return "not_sent";
        case MessageState::unknown: return "unknown";
    }
    __builtin_unreachable();
}

std::optional<MessageState> message_state_of(std::string_view text) {
    for (std::size_t at = 0; at < message_state_count; ++at) {
        const auto state = static_cast<MessageState>(at);
        if (name(state) == text) return state;
    }
    return std::nullopt;
}

}  // namespace mxfleet
