// What a server does on the wire, said as data: steps that are played one after the other. Nothing here does anything.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mxfleet::lab {

using std::chrono::milliseconds;

struct Step {
    enum class Kind : std::uint8_t {
        usual,       ///< what a healthy server answers to this command
        say,         ///< `text` as it is
        wait,        ///< for `pause`
        listen,      ///< for `pause`; a client that talks meanwhile is thrown out
        drip,        ///< `text` a byte at a time, `pause` between two
        flood,       ///< `text` again and again, until the peer leaves
        swallow,     ///< waits for bytes and drops them
        start_tls,   ///< the handshake
        only_quit,   ///< from now on nothing but QUIT is obeyed
        hang_up,     ///< closes in good order
        cut,         ///< the same, inside TLS without the word that TLS has for it
        half_close,  ///< says that it will say no more, and hears out the peer
        reset,       ///< closes with a reset
        hold,        ///< says nothing any more, until the peer leaves
    };

    Kind kind = Kind::usual;
    std::string text = {};  ///< `{host}` in it becomes the server's own name
    milliseconds pause = {};
};

/// Played in order; hang_up, cut, half_close, reset and hold end the session.
using Reply = std::vector<Step>;

inline Step usual() {
    return {};
}
inline Step say(std::string text) {
    return {.kind = Step::Kind::say, .text = std::move(text)};
}
inline Step wait(milliseconds pause) {
    return {.kind = Step::Kind::wait, .pause = pause};
}
inline Step listen_for_early_talkers(milliseconds pause) {
    return {.kind = Step::Kind::listen, .pause = pause};
}
inline Step drip(std::string text, milliseconds pause) {
    return {.kind = Step::Kind::drip, .text = std::move(text), .pause = pause};
}
inline Step flood(std::string text) {
    return {.kind = Step::Kind::flood, .text = std::move(text)};
}
inline Step swallow() {
    return {.kind = Step::Kind::swallow};
}
inline Step start_tls() {
    return {.kind = Step::Kind::start_tls};
}
inline Step only_quit() {
    return {.kind = Step::Kind::only_quit};
}
inline Step hang_up() {
    return {.kind = Step::Kind::hang_up};
}
inline Step cut() {
    return {.kind = Step::Kind::cut};
}
inline Step half_close() {
    return {.kind = Step::Kind::half_close};
}
inline Step reset() {
    return {.kind = Step::Kind::reset};
}
inline Step hold() {
    return {.kind = Step::Kind::hold};
}

}  // namespace mxfleet::lab
