// A dialogue: one side of an SMTP session as a coroutine that reads like the RFC. It says what it wants next (an Ask)
// and is given what came of it (an Answer). It knows no socket, no clock and no executor; whoever drives it does: the
// live session, a script in a test, a fuzzer.
//
// A dialogue may await another one, which then speaks for it until it ends. Exceptions (only bad_alloc is possible)
// leave through the driver.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "probes/model/failure.hpp"
#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

struct Ask {
    enum class Kind : std::uint8_t {
        greeting,   ///< read the greeting; nothing is sent
        command,    ///< send `line`, and with it those `ahead`; read the reply to `line`
        reply,      ///< read the reply to the next line that was sent ahead
        start_tls,  ///< perform the TLS handshake; the answer is an empty SmtpReply with its time
    };

    Kind kind = Kind::greeting;
    Phase phase = Phase::banner;
    std::string line;                ///< without line end
    std::vector<std::string> ahead;  ///< commands sent before their turn (RFC 2920); each is asked for with `reply`
    std::string shown = {};          ///< what transcripts have instead of `line`, where that holds a secret
    bool hides_challenge = false;    ///< what the server asks in return would help to guess the secret
};

using Answer = Result<SmtpReply>;

class [[nodiscard]] Dialogue {
public:
    struct promise_type;
    using Coroutine = std::coroutine_handle<promise_type>;

    Dialogue(Dialogue&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    Dialogue& operator=(Dialogue&&) = delete;
    ~Dialogue() {
        if (coroutine_) coroutine_.destroy();
    }

    /// Runs to the first Ask. Null when the dialogue has nothing to ask.
    const Ask* begin();

    /// Gives the answer to the Ask last returned, and runs to the next. Null at the end.
    const Ask* answer(Answer answer);

    // Awaiting a dialogue from within another one.
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Coroutine parent) noexcept;
    void await_resume();

private:
    explicit Dialogue(Coroutine coroutine) : coroutine_(coroutine) {}
    const Ask* resume(std::coroutine_handle<> at);

    Coroutine coroutine_;
};

/// What the outermost dialogue and those it awaits share: who is asking, and for what.
struct DialogueTurn {
    Ask ask;
    Answer answer;
    std::coroutine_handle<> asker;
};

struct Dialogue::promise_type {
    DialogueTurn own_turn;  ///< used by the outermost dialogue only
    DialogueTurn* turn = &own_turn;
    std::coroutine_handle<> parent;
    std::exception_ptr exception;

    /// Returns to the awaiting dialogue, or to the driver.
    struct Return {
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(Coroutine ended) const noexcept {
            const auto back = ended.promise().parent;
            return back ? back : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    Dialogue get_return_object() { return Dialogue(Coroutine::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    Return final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

/// What `co_await` on an Ask does: hands it to the driver, and gives back the Answer.
class Asking {
public:
    explicit Asking(Ask ask) : ask_(std::move(ask)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(Dialogue::Coroutine asker) {
        turn_ = asker.promise().turn;
        turn_->ask = std::move(ask_);
        turn_->asker = asker;
    }
    Answer await_resume() { return std::move(turn_->answer); }

private:
    Ask ask_;
    DialogueTurn* turn_ = nullptr;
};

/// Reads the greeting.
inline Asking greeting() {
    return Asking(Ask{Ask::Kind::greeting, Phase::banner, {}, {}});
}

/// Sends a command line and reads the reply to it.
inline Asking command(Phase phase, std::string line) {
    return Asking(Ask{Ask::Kind::command, phase, std::move(line), {}});
}

/// Sends a command line that holds a secret; whoever reads along sees `shown`.
inline Asking secret_command(Phase phase, std::string line, std::string shown) {
    return Asking(Ask{Ask::Kind::command, phase, std::move(line), {}, std::move(shown)});
}

/// The same, where a challenge in return is not for readers either.
inline Asking secret_turn(Phase phase, std::string line, std::string shown) {
    return Asking(Ask{Ask::Kind::command, phase, std::move(line), {}, std::move(shown), true});
}

/// Sends several command lines at once and reads the reply to the first; the others' are read with `next_reply`. For
/// servers that offer PIPELINING.
inline Asking pipelined(Phase phase, std::string line, std::vector<std::string> ahead) {
    return Asking(Ask{Ask::Kind::command, phase, std::move(line), std::move(ahead)});
}

/// Reads the reply to the next line that was sent ahead.
inline Asking next_reply(Phase phase) {
    return Asking(Ask{Ask::Kind::reply, phase, {}, {}});
}

/// Performs the TLS handshake.
inline Asking tls_handshake() {
    return Asking(Ask{Ask::Kind::start_tls, Phase::tls_handshake, {}, {}});
}

inline const Ask* Dialogue::resume(std::coroutine_handle<> at) {
    at.resume();
    if (!coroutine_.done()) return &coroutine_.promise().own_turn.ask;
    if (coroutine_.promise().exception) std::rethrow_exception(coroutine_.promise().exception);
    return nullptr;
}

inline const Ask* Dialogue::begin() {
    return resume(coroutine_);
}

inline const Ask* Dialogue::answer(Answer answer) {
    auto& turn = coroutine_.promise().own_turn;
    turn.answer = std::move(answer);
    return resume(turn.asker);
}

inline std::coroutine_handle<> Dialogue::await_suspend(Coroutine parent) noexcept {
    coroutine_.promise().parent = parent;
    coroutine_.promise().turn = parent.promise().turn;
    return coroutine_;
}

inline void Dialogue::await_resume() {
    if (coroutine_.promise().exception) std::rethrow_exception(coroutine_.promise().exception);
}

}  // namespace mxfleet
