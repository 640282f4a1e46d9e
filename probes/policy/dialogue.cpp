#include "probes/policy/dialogue.hpp"

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

bool is_over(const PolicyRun& run) {
    return run.ended.has_value() || run.must_quit;
}

/// Whether a reply came; what it means for the session.
bool heard(const Answer& answer, PolicyRun& run) {
    if (!answer) {
        run.ended = answer.error();
        return false;
    }
    run.must_quit = answer->code == 421;
    return true;
}

PolicyReply reply_of(const SmtpReply& reply, bool at_mail) {
    return {static_cast<std::uint16_t>(reply.code), at_mail, printable(reply.lines.front())};
}

void note_time(Phase phase, PolicyProbe probe, const SmtpReply& reply, PolicyRun& run) {
    if (probe == PolicyProbe::postmaster) run.times.set(phase, reply.elapsed, reply.clock);
}

/// A transaction of its own, up to its RCPT.
Dialogue recipient_dialogue(PolicyProbe probe, std::string sender, std::string recipient, PolicyRun& run) {
    if (run.in_transaction) {
        const Answer reset = co_await command(Phase::mail, "RSET");
        heard(reset, run);
        if (is_over(run)) co_return;
    }
    const Answer mail = co_await command(Phase::mail, "MAIL FROM:<" + sender + ">");
    if (!heard(mail, run)) co_return;
    note_time(Phase::mail, probe, *mail, run);
    run.in_transaction = mail->is_positive();
    if (!mail->is_positive()) {
        run.facts[probe] = reply_of(*mail, true);
        co_return;
    }
    const Answer rcpt = co_await command(Phase::rcpt, "RCPT TO:<" + recipient + ">");
    if (!heard(rcpt, run)) co_return;
    note_time(Phase::rcpt, probe, *rcpt, run);
    run.facts[probe] = reply_of(*rcpt, false);
}

Dialogue question_dialogue(PolicyProbe probe, std::string question, PolicyRun& run) {
    const Answer answer = co_await command(Phase::rcpt, std::move(question));
    if (heard(answer, run)) run.facts[probe] = reply_of(*answer, false);
}

}  // namespace

Dialogue policy_dialogue(const PolicyPlan& plan, const PolicyReply* control, PolicyRun& run) {
    const std::string sender = plan.sender_local + "@" + plan.sender_domain;
    const std::string postmaster = "postmaster@" + plan.domain;
    const std::string unknown = plan.unknown_local + "@" + plan.domain;
    const std::string nobody;
    run.facts.domain = plan.domain;
    if (control != nullptr) {
        run.facts[PolicyProbe::postmaster] = *control;
    } else {
        co_await recipient_dialogue(PolicyProbe::postmaster, sender, postmaster, run);
    }
    // Who wants TLS or a login first has answered for all that follows.
    if (is_over(run) || run.facts[PolicyProbe::postmaster].code == 530) co_return;

    if (run.facts[PolicyProbe::postmaster].is_accepted()) {
        co_await recipient_dialogue(PolicyProbe::unknown_recipient, sender, unknown, run);
        if (is_over(run)) co_return;
    }
    co_await recipient_dialogue(PolicyProbe::null_sender, nobody, postmaster, run);
    if (is_over(run)) co_return;
    co_await question_dialogue(PolicyProbe::vrfy, "VRFY postmaster", run);
    if (is_over(run)) co_return;
    co_await question_dialogue(PolicyProbe::expn, "EXPN postmaster", run);
}

}  // namespace mxfleet
