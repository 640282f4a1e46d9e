#include "probes/mailbox/dialogue.hpp"

#include "probes/mailbox/steps.hpp"
#include "probes/service/findings.hpp"

namespace mxfleet {

void Reading::miss(Failure why) {
    missed = true;
    if (!sight.failure) sight.failure = std::move(why);
}

void Reading::keep(Letter letter) {
    text_bytes += letter.text.size();
    sight.letters.push_back(std::move(letter));
}

Dialogue mailbox_command(std::string line, Reading& reading, std::optional<SmtpReply>& reply) {
    Answer answer = co_await command(Phase::mailbox, std::move(line));
    if (!answer) {
        reading.session.failure = answer.error();
        co_return;
    }
    reply = std::move(*answer);
}

bool is_granted(const std::optional<SmtpReply>& reply) {
    return reply && reply->is_positive();
}

bool is_granted(const std::optional<SmtpReply>& reply, Reading& reading) {
    if (reply && !reply->is_positive()) reading.miss(refusal(Phase::mailbox, *reply, reading.session));
    return is_granted(reply);
}

Dialogue mailbox_dialogue(MailboxPlan plan, MailboxMemory& memory, ServiceFacts& session, MailboxSight& sight) {
    co_await beginning_step(plan.service, session);
    if (!still_speaks(session)) co_return;
    Reading reading{plan.wish, memory, session, sight};
    const bool is_imap = row_of(plan.service.kind).protocol == ServiceProtocol::imap;
    Tags tags;
    if (is_imap) {
        co_await imap_opening(plan.service, tags, session);
    } else {
        co_await pop3_opening(plan.service, session);
    }
    const bool is_let_in = session.login.outcome == Login::accepted;
    if (is_let_in && is_imap) {
        co_await imap_reading(tags, reading);
    } else if (is_let_in) {
        co_await pop3_reading(reading);
    }
    sight.is_complete = is_let_in && !reading.missed && !session.failure;
    const bool said_goodbye = is_let_in && !is_imap;  // POP3's QUIT is part of the reading: it removes
    if (said_goodbye || !still_speaks(session)) co_return;
    std::string goodbye = is_imap ? tags.next() + "LOGOUT" : std::string("QUIT");
    co_await quit_step(std::move(goodbye), session);
}

void settle(ServiceFacts session, MailboxSight& sight) {
    if (session.failure) sight.failure = std::move(session.failure);
    if (!sight.failure) sight.failure = login_failure(session.login);
    sight.login = std::move(session.login);
    sight.transcript = std::move(session.transcript);
}

}  // namespace mxfleet
