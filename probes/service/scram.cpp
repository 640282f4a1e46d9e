// SCRAM-SHA-256 as it is spoken in SMTP, IMAP and POP3 (RFC 4422 §5): in all of them a challenge of the server's is
// base64 behind a code or a `+`.
#include <algorithm>

#include "probes/io/scram.hpp"
#include "probes/service/steps.hpp"
#include "probes/wire/base64.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

bool is_challenge(const Answer& answer) {
    return answer && answer->code == mailbox_code::go_on;
}

std::string challenge_in(const Answer& answer) {
    return from_base64(answer->lines.back()).value_or(std::string());
}

/// Notes an answer that is no challenge. Who lets us in without a proof may not know the password at all.
void note_end(const Answer& answer, ServiceFacts& facts) {
    const bool is_let_in = note_login(answer, facts);
    if (is_let_in) facts.login.outcome = Login::unproven;
}

/// The dialogue of the login cannot go on: the server waits for more.
void give_up(Login outcome, std::string_view why, ServiceFacts& facts) {
    facts.login.outcome = outcome;
    facts.login.detail = why;
    facts.failure = Failure{Phase::login, Reason::protocol_error, why};
}

Dialogue proof_turns(Scram& scram, const Answer& challenge, ServiceFacts& facts) {
    const auto proof = scram.answer(challenge_in(challenge));
    if (!proof) {
        give_up(Login::failed, proof.error(), facts);
        co_return;
    }
    const Answer answer = co_await secret_turn(Phase::login, base64(*proof), std::string(asterisks));
    if (!is_challenge(answer)) {
        note_end(answer, facts);
        co_return;
    }
    if (!scram.is_proof(challenge_in(answer))) {
        give_up(Login::unproven, {}, facts);
        co_return;
    }
    const Answer done = co_await command(Phase::login, "");
    note_login(done, facts);
}

}  // namespace

bool can_scram(const LoginPlan& login) {
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7f; };
    return std::ranges::all_of(login.username, is_plain) && std::ranges::all_of(login.password, is_plain);
}

Dialogue scram_step(std::string opening, bool initial, const LoginPlan& login, ServiceFacts& facts) {
    facts.login.mechanism = "SCRAM-SHA-256";
    Scram scram(login.username, login.password, login.nonce);
    const std::string first = base64(scram.first());
    if (!initial) {
        const Answer ready = co_await command(Phase::login, opening);
        if (!is_challenge(ready)) {
            note_end(ready, facts);
            co_return;
        }
    }
    const std::string line = initial ? opening + " " + first : first;
    const std::string shown = initial ? opening + " ********" : std::string(asterisks);
    const Answer challenge = co_await secret_turn(Phase::login, line, shown);
    if (!is_challenge(challenge)) {
        note_end(challenge, facts);
        co_return;
    }
    co_await proof_turns(scram, challenge, facts);
}

}  // namespace mxfleet
