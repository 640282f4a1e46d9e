// Answers a dialogue with a service out of a script: what the server says stands there, and what the client must say.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

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

}  // namespace mxfleet::testing
