// Answers a dialogue with a service out of a script: what the server says stands there, and what the client must say.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "probes/service/dialogue.hpp"
#include "probes/service/facts.hpp"
#include "probes/wire/dialogue.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "tests/unit/smtp/scripted_session.hpp"

namespace mxfleet::testing {

class ScriptedService {
public:
    /// With a `certificate`, every handshake shows that one instead of the script's. The script outlives it.
    ScriptedService(const Script& script, ServiceKind kind, std::string certificate = {});

    /// The reply as the protocol has it; what a driver knows of TLS goes into `facts`. A line of several lines is
    /// several lines of the script.
    Answer answer(const Ask& ask, ServiceFacts& facts);

    /// Where the client said something else than the script, or too little.
    std::vector<std::string> complaints() const;

private:
    const ScriptLine* take(std::initializer_list<ScriptLine::Who> who);
    void expect(const std::string& said);
    template <class Reader>
    Answer read(Reader reader, Phase phase);
    Answer shake(ServiceFacts& facts);
    bool is_at_end() const { return at_ == script_.lines.size(); }
    std::string next() const;

    const Script& script_;
    ServiceProtocol protocol_;
    std::string certificate_;
    MailboxReplyFormat format_;
    std::size_t at_ = 0;
    std::vector<std::string> complaints_;
};

/// What a dialogue came to besides its facts.
struct PlayedDialogue {
    std::vector<std::string> complaints;
    std::vector<Ask> asks;
    bool ended_after_failure = true;
};

/// Plays a dialogue whose driver keeps what it knows in `facts`. With `fail_at`, that ask (counted from 0) is answered
/// by a lost connection, and is the last.
PlayedDialogue play(Dialogue dialogue, ScriptedService& service, ServiceFacts& facts,
                    std::optional<std::size_t> fail_at = std::nullopt);

ServiceKind kind_named(const std::string& text);

/// The login that the script's plan has.
std::optional<LoginPlan> login_in(const Script& script);

/// How a login stands in the lower part of a file.
std::string words_of(const LoginFacts& login);

}  // namespace mxfleet::testing
