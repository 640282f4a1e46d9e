#include "probes/relay/dialogue.hpp"

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

const RelayForm& control() {
    return relay_forms.front();
}

void note_reply(RelayFormFacts& form, const SmtpReply& reply) {
    form.code = reply.code;
    form.enhanced = EnhancedCode::parse(reply.lines.front());
    form.text = printable(reply.lines.front());
}

FormOutcome outcome_of_mail(const SmtpReply& reply) {
    if (reply.severity() == 4) return FormOutcome::temporary;
    // "Authentication required" answers the question, whoever the recipient would have been (CHECKS §10.3).
    return reply.code == 530 ? FormOutcome::closed : FormOutcome::not_exercised;
}

FormOutcome outcome_of_rcpt(const SmtpReply& reply) {
    if (reply.code == 250 || reply.code == 251) return FormOutcome::accepted;
    return reply.severity() == 5 ? FormOutcome::closed : FormOutcome::temporary;
}

/// One transaction up to its RCPT. What it leaves open is reset by the caller.
Dialogue form_dialogue(const RelayForm& form, const RelayPlan& plan, RelayRun& run) {
    run.facts.forms.push_back({&form, FormOutcome::interrupted, 0, std::nullopt, {}});
    RelayFormFacts& facts = run.facts.forms.back();

    const Answer mail = co_await command(Phase::mail, "MAIL FROM:" + expand(form.mail_from, plan.names));
    if (!mail) {
        run.ended = mail.error();
        co_return;
    }
    if (&form == &control()) run.times.set(Phase::mail, mail->elapsed, mail->clock);
    note_reply(facts, *mail);
    run.must_quit = mail->code == 421;
    facts.outcome = outcome_of_mail(*mail);
    if (!mail->is_positive()) co_return;

    const Answer rcpt = co_await command(Phase::rcpt, "RCPT TO:" + expand(form.rcpt_to, plan.names));
    if (!rcpt) {
        facts.outcome = FormOutcome::interrupted;
        run.ended = rcpt.error();
        co_return;
    }
    if (&form == &control()) run.times.set(Phase::rcpt, rcpt->elapsed, rcpt->clock);
    note_reply(facts, *rcpt);
    run.must_quit = rcpt->code == 421;
    facts.outcome = outcome_of_rcpt(*rcpt);
}

Dialogue reset_dialogue(RelayRun& run) {
    const Answer reset = co_await command(Phase::mail, "RSET");
    if (!reset) run.ended = reset.error();
    if (reset && reset->code == 421) run.must_quit = true;
}

bool is_over(const RelayRun& run) {
    return run.ended.has_value() || run.must_quit;
}

}  // namespace

Dialogue relay_dialogue(const RelayPlan& plan, RelayRun& run) {
    co_await form_dialogue(control(), plan, run);
    if (is_over(run) || run.facts.forms.back().outcome != FormOutcome::accepted) co_return;

    for (const RelayForm* form : plan.forms) {
        co_await reset_dialogue(run);
        if (is_over(run)) co_return;
        co_await form_dialogue(*form, plan, run);
        if (is_over(run)) co_return;
    }
}

}  // namespace mxfleet
