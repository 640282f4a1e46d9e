#include "probes/smtp/dialogue.hpp"

#include <algorithm>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

ReplyFacts facts_of(const SmtpReply& reply) {
    return {reply.code, printable(reply.lines.back())};
}

/// What an unwelcome reply amounts to, by its first digit alone (RFC 5321 §4.2.1).
Failure refusal(Phase phase, const SmtpReply& reply) {
    const Reason reason = reply.severity() == 4   ? Reason::temporary
                          : reply.severity() == 5 ? Reason::rejected
                                                  : Reason::protocol_error;
    return {phase, reason, std::to_string(reply.code) + " " + printable(reply.lines.back())};
}

/// Middleboxes that rewrite SMTP leave asterisks, and the digits and spaces they did not recognise.
bool is_masked(std::string_view text) {
    const auto is_mask = [](char c) { return c == '*' || c == 'X'; };
    const bool nothing_else = text.find_first_not_of("*X02 ") == text.npos;
    return nothing_else && std::ranges::count_if(text, is_mask) >= 4;
}

Greeting read_greeting(const SmtpReply& reply) {
    const auto has_text = [](const std::string& line) { return !line.empty(); };
    const auto line = std::ranges::find_if(reply.lines, has_text);
    if (line == reply.lines.end()) return {{}, reply.code, false};
    return {printable(*line), reply.code, is_masked(*line)};
}

/// Notes what every reply can show, whatever it answers.
void note_style(const SmtpReply& reply, SessionFacts& facts) {
    facts.bare_lf = facts.bare_lf || reply.bare_lf;
    const bool promised = facts.capabilities && facts.capabilities->has(Capability::enhancedstatuscodes);
    const auto enhanced = EnhancedCode::parse(reply.lines.front());
    if (promised && enhanced && enhanced->category != reply.severity()) facts.enhanced_codes_disagree = true;
}

/// RFC 5321 §3.2: a server that does not know EHLO says so with one of these.
bool asks_for_helo(const SmtpReply& reply) {
    return reply.code == 500 || reply.code == 501 || reply.code == 502 || reply.code == 504;
}

Dialogue hello_dialogue(HelloVerb verb, const DialoguePlan& plan, OfferReader& offers, SessionFacts& facts) {
    facts.hello_verb = verb;
    const char* const word = verb == HelloVerb::ehlo ? "EHLO " : "HELO ";
    const Answer hello = co_await command(Phase::ehlo, word + plan.hello);
    if (!hello) {
        facts.failure = hello.error();
        co_return;
    }
    note_style(*hello, facts);
    facts.times.set(Phase::ehlo, hello->elapsed, hello->clock);
    facts.hello_code = hello->code;
    if (hello->code == 250) {
        if (verb == HelloVerb::ehlo) facts.capabilities = offers.read(*hello).before_tls;
        co_return;
    }
    if (verb == HelloVerb::ehlo && asks_for_helo(*hello)) {
        co_await hello_dialogue(HelloVerb::helo, plan, offers, facts);
        co_return;
    }
    facts.failure = refusal(Phase::ehlo, *hello);
}

Dialogue ehlo_inside_tls(const DialoguePlan& plan, OfferReader& offers, SessionFacts& facts) {
    const Answer hello = co_await command(Phase::ehlo_tls, "EHLO " + plan.hello);
    if (!hello) {
        // Under TLS 1.3 a server's refusal of the handshake arrives only now.
        facts.starttls = StartTls::failed;
        facts.failure = hello.error();
        co_return;
    }
    note_style(*hello, facts);
    facts.times.set(Phase::ehlo_tls, hello->elapsed, hello->clock);
    if (hello->code == 250) {
        facts.capabilities_tls = offers.read(*hello).inside_tls;
    } else {
        facts.failure = refusal(Phase::ehlo_tls, *hello);
    }
}

Dialogue starttls_dialogue(const DialoguePlan& plan, OfferReader& offers, SessionFacts& facts) {
    const Answer ready = co_await command(Phase::starttls, "STARTTLS");
    if (!ready) {
        facts.starttls = StartTls::broken;
        facts.failure = ready.error();
        co_return;
    }
    note_style(*ready, facts);
    facts.times.set(Phase::starttls, ready->elapsed, ready->clock);
    facts.starttls_reply = facts_of(*ready);
    if (ready->code != 220) {
        facts.starttls = ready->severity() == 4 ? StartTls::temporary : StartTls::broken;
        facts.failure = refusal(Phase::starttls, *ready);
        co_return;
    }
    const Answer handshake = co_await tls_handshake();
    if (!handshake) {
        facts.starttls = StartTls::failed;
        facts.failure = handshake.error();
        co_return;
    }
    facts.times.set(Phase::tls_handshake, handshake->elapsed, handshake->clock);
    facts.starttls = StartTls::ok;
    co_await ehlo_inside_tls(plan, offers, facts);
}

/// Whether the connection still speaks SMTP: nothing broke, or what broke was a mere refusal by reply.
bool still_speaks(const SessionFacts& facts) {
    if (!facts.failure) return true;
    const Reason reason = facts.failure->reason;
    const bool said_421 = facts.failure->detail.text().starts_with("421");
    return (reason == Reason::temporary || reason == Reason::rejected) && !said_421;
}

Dialogue quit_dialogue(SessionFacts& facts) {
    const Answer bye = co_await command(Phase::quit, "QUIT");
    // However the farewell goes, the verdict stands (the peer may just close).
    if (bye) facts.times.set(Phase::quit, bye->elapsed, bye->clock);
}

/// RFC 3207 §4: a public server must not require TLS. Looked at once per relay run, since it costs two commands.
Dialogue plain_mail_dialogue(const RelayPlan& relay, SessionFacts& facts) {
    const Answer mail =
        co_await command(Phase::mail, "MAIL FROM:" + expand(relay_forms.front().mail_from, relay.names));
    if (!mail) {
        facts.failure = mail.error();
        co_return;
    }
    facts.tls_required = mail->code == 530;
    if (mail->code == 421) facts.failure = refusal(Phase::mail, *mail);
    if (!mail->is_positive()) co_return;
    const Answer reset = co_await command(Phase::mail, "RSET");
    if (!reset) facts.failure = reset.error();
}

void take_control_times(const PhaseTimes& times, SessionFacts& facts) {
    for (const Phase phase : {Phase::mail, Phase::rcpt}) {
        if (const auto taken = times[phase]) facts.times.set(phase, *taken, times.clock(phase));
    }
}

/// `must_quit`: the server said 421.
Dialogue relay_part(const DialoguePlan& plan, SessionFacts& facts, bool& must_quit) {
    RelayRun run;
    const Capabilities* const offered =
        facts.capabilities_tls ? facts.capabilities_tls.get() : facts.capabilities.get();
    const RelayGround ground{.pipelining = offered != nullptr && offered->has(Capability::pipelining),
                             .inside_tls = facts.capabilities_tls != nullptr};
    co_await relay_dialogue(*plan.relay, ground, run);
    take_control_times(run.times, facts);
    facts.relay = std::make_shared<const RelayFacts>(std::move(run.facts));
    if (run.ended) facts.failure = run.ended;
    must_quit = run.must_quit;
}

/// What the relay check heard to the control that the policy probes begin with, too. None where it was another.
std::optional<PolicyReply> shared_control(const DialoguePlan& plan, const SessionFacts& facts) {
    const bool is_same = facts.relay && plan.relay->names.monitored_domain == plan.policy->domain;
    if (!is_same || facts.relay->forms.empty()) return std::nullopt;
    const RelayFormFacts& control = facts.relay->forms.front();
    const bool at_mail = control.outcome == FormOutcome::not_exercised || control.code == 530;
    return PolicyReply{static_cast<std::uint16_t>(control.code), at_mail, control.text};
}

Dialogue policy_part(const DialoguePlan& plan, SessionFacts& facts) {
    PolicyRun run;
    const std::optional<PolicyReply> control = shared_control(plan, facts);
    run.in_transaction = facts.relay != nullptr;
    co_await policy_dialogue(*plan.policy, control ? &*control : nullptr, run);
    take_control_times(run.times, facts);
    facts.policy = std::make_shared<const PolicyFacts>(std::move(run.facts));
    if (run.ended) facts.failure = run.ended;
}

}  // namespace

std::string_view Greeting::host() const {
    return text.text().substr(0, text.text().find(' '));
}

Dialogue session_dialogue(const DialoguePlan& plan, OfferReader& offers, SessionFacts& facts) {
    const Answer greeted = co_await greeting();
    if (!greeted) {
        facts.failure = greeted.error();
        co_return;
    }
    note_style(*greeted, facts);
    facts.times.set(Phase::banner_first_byte, greeted->first_byte, greeted->clock);
    facts.times.set(Phase::banner, greeted->elapsed, greeted->clock);
    facts.greeting = read_greeting(*greeted);
    if (greeted->code != 220) {
        facts.failure = refusal(Phase::banner, *greeted);
        co_await quit_dialogue(facts);
        co_return;
    }

    co_await hello_dialogue(plan.verb, plan, offers, facts);
    if (facts.failure) {
        if (still_speaks(facts)) {
            co_await quit_dialogue(facts);
        }
        co_return;
    }

    const bool offers_tls = facts.capabilities && facts.capabilities->has(Capability::starttls);
    if (!offers_tls) {
        facts.starttls = StartTls::not_offered;
    } else if (plan.use_starttls) {
        if (plan.relay) {
            co_await plain_mail_dialogue(*plan.relay, facts);
        }
        if (still_speaks(facts)) {
            co_await starttls_dialogue(plan, offers, facts);
        }
    }
    bool must_quit = false;
    if (plan.relay && still_speaks(facts)) {
        co_await relay_part(plan, facts, must_quit);
    }
    if (plan.policy && !must_quit && still_speaks(facts)) {
        co_await policy_part(plan, facts);
    }
    if (still_speaks(facts)) {
        co_await quit_dialogue(facts);
    }
}

}  // namespace mxfleet
