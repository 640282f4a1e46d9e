#include "probes/relay/dialogue.hpp"

#include <algorithm>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

const RelayForm& control() {
    return relay_forms.front();
}

/// What tells a server that relays from one that takes everything, and a weak form that was taken for relaying from one
/// that was taken for a strange local address.
constexpr const RelayForm& catch_all_control = relay_forms[1];
constexpr const RelayForm& weak_form_control = relay_forms[2];
static_assert(catch_all_control.id == "C2" && weak_form_control.id == "C3");

void note_reply(RelayFormFacts& form, const SmtpReply& reply) {
    form.code = reply.code;
    form.enhanced = EnhancedCode::parse(reply.lines.front());
    form.text = printable(reply.lines.front());
}

/// 530 asks for TLS or for a login (RFC 3207 §4, 4954 §6): inside TLS, or when the control was taken without, for a
/// login.
bool wants_login(const SmtpReply& reply, RelayGround ground, const RelayRun& run) {
    const bool is_past_control = run.facts.forms.size() > 1;
    return reply.code == 530 && (ground.inside_tls || is_past_control);
}

FormOutcome outcome_of_mail(const SmtpReply& reply, bool login_wanted) {
    if (login_wanted) return FormOutcome::login_wanted;
    return reply.severity() == 4 ? FormOutcome::temporary : FormOutcome::not_exercised;
}

FormOutcome outcome_of_rcpt(const SmtpReply& reply, bool login_wanted) {
    if (login_wanted) return FormOutcome::login_wanted;
    if (reply.code == 250 || reply.code == 251) return FormOutcome::accepted;
    return reply.severity() == 5 ? FormOutcome::closed : FormOutcome::temporary;
}

bool is_over(const RelayRun& run) {
    return run.ended.has_value() || run.must_quit;
}

std::string mail_line(const RelayForm& form, const RelayPlan& plan) {
    return "MAIL FROM:" + expand(form.mail_from, plan.names);
}

std::string rcpt_line(const RelayForm& form, const RelayPlan& plan) {
    return "RCPT TO:" + expand(form.rcpt_to, plan.names);
}

void begin_form(const RelayForm& form, RelayRun& run) {
    run.facts.forms.push_back({&form, FormOutcome::interrupted, 0, std::nullopt, {}});
}

/// What was answered to MAIL of the form begun last. Whether a recipient can be named.
bool hear_mail(const Answer& mail, RelayGround ground, RelayRun& run) {
    if (!mail) {
        run.ended = mail.error();
        return false;
    }
    RelayFormFacts& facts = run.facts.forms.back();
    if (facts.form == &control()) run.times.set(Phase::mail, mail->elapsed, mail->clock);
    note_reply(facts, *mail);
    run.must_quit = mail->code == 421;
    facts.outcome = outcome_of_mail(*mail, wants_login(*mail, ground, run));
    return mail->is_positive();
}

void hear_rcpt(const Answer& rcpt, RelayGround ground, RelayRun& run) {
    RelayFormFacts& facts = run.facts.forms.back();
    if (!rcpt) {
        facts.outcome = FormOutcome::interrupted;
        run.ended = rcpt.error();
        return;
    }
    if (facts.form == &control()) run.times.set(Phase::rcpt, rcpt->elapsed, rcpt->clock);
    note_reply(facts, *rcpt);
    run.must_quit = rcpt->code == 421;
    facts.outcome = outcome_of_rcpt(*rcpt, wants_login(*rcpt, ground, run));
}

void hear_reset(const Answer& reset, RelayRun& run) {
    if (!reset) run.ended = reset.error();
    if (reset && reset->code == 421) run.must_quit = true;
}

/// One transaction up to its RCPT. What it leaves open is reset by the caller.
Dialogue form_dialogue(const RelayForm& form, const RelayPlan& plan, RelayGround ground, RelayRun& run) {
    begin_form(form, run);
    const Answer mail = co_await command(Phase::mail, mail_line(form, plan));
    if (!hear_mail(mail, ground, run)) co_return;
    const Answer rcpt = co_await command(Phase::rcpt, rcpt_line(form, plan));
    hear_rcpt(rcpt, ground, run);
}

/// Ends the transaction before, and makes the next up to its RCPT, all in one go.
Dialogue pipelined_form_dialogue(const RelayForm& form, const RelayPlan& plan, RelayGround ground, RelayRun& run) {
    begin_form(form, run);
    std::vector<std::string> ahead{mail_line(form, plan), rcpt_line(form, plan)};
    const Answer reset = co_await pipelined(Phase::mail, "RSET", std::move(ahead));
    hear_reset(reset, run);
    if (is_over(run)) co_return;
    const Answer mail = co_await next_reply(Phase::mail);
    const bool has_sender = hear_mail(mail, ground, run);
    if (is_over(run)) co_return;
    const Answer rcpt = co_await next_reply(Phase::rcpt);
    // A recipient without a sender was not asked for, whatever the server says to it.
    if (has_sender) hear_rcpt(rcpt, ground, run);
    if (!rcpt) run.ended = rcpt.error();
}

Dialogue next_form_dialogue(const RelayForm& form, const RelayPlan& plan, RelayGround ground, RelayRun& run) {
    if (ground.pipelining) {
        co_await pipelined_form_dialogue(form, plan, ground, run);
        co_return;
    }
    const Answer reset = co_await command(Phase::mail, "RSET");
    hear_reset(reset, run);
    if (is_over(run)) co_return;
    co_await form_dialogue(form, plan, ground, run);
}

bool was_accepted(const RelayFormFacts& run) {
    return run.form->weight != FormWeight::control && run.outcome == FormOutcome::accepted;
}

bool was_weak_and_accepted(const RelayFormFacts& run) {
    return run.form->weight == FormWeight::weak && was_accepted(run);
}

}  // namespace

Dialogue relay_dialogue(const RelayPlan& plan, RelayGround ground, RelayRun& run) {
    co_await form_dialogue(control(), plan, ground, run);
    const FormOutcome welcome = run.facts.forms.back().outcome;
    if (is_over(run) || (welcome != FormOutcome::accepted && welcome != FormOutcome::login_wanted)) co_return;

    for (const RelayForm* form : plan.forms) {
        co_await next_form_dialogue(*form, plan, ground, run);
        if (is_over(run)) co_return;
    }
    if (std::ranges::none_of(run.facts.forms, was_accepted)) co_return;
    co_await next_form_dialogue(catch_all_control, plan, ground, run);
    if (is_over(run) || std::ranges::none_of(run.facts.forms, was_weak_and_accepted)) co_return;
    co_await next_form_dialogue(weak_form_control, plan, ground, run);
}

}  // namespace mxfleet
