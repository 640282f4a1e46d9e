#include "probes/service/steps.hpp"

#include <algorithm>

#include "probes/model/ascii.hpp"
#include "probes/wire/ehlo.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {

bool still_speaks(const ServiceFacts& facts) {
    if (!facts.failure) return true;
    const Reason reason = facts.failure->reason;
    const bool said_421 = facts.failure->detail.text().starts_with("421");
    return (reason == Reason::temporary || reason == Reason::rejected) && !said_421;
}

Failure refusal(Phase phase, const SmtpReply& reply, const ServiceFacts& facts) {
    const Reason reason = reply.severity() == 4   ? Reason::temporary
                          : reply.severity() == 5 ? Reason::rejected
                                                  : Reason::protocol_error;
    return {phase, reason, last_words(reply, facts)};
}

std::string last_words(const SmtpReply& reply, const ServiceFacts& facts) {
    const std::string text = reply.lines.empty() ? std::string{} : printable(reply.lines.back());
    const bool has_code = row_of(facts.kind).protocol == ServiceProtocol::smtp;
    return has_code ? std::to_string(reply.code) + (text.empty() ? "" : " ") + text : text;
}

std::vector<std::string> kept_capabilities(std::vector<std::string> lines) {
    if (lines.size() > kept_keywords_limit) lines.resize(kept_keywords_limit);
    for (std::string& line : lines)
        line = printable(line);
    std::ranges::sort(lines);
    return lines;
}

bool offers(const std::vector<std::string>& capabilities, std::string_view keyword) {
    return std::ranges::any_of(capabilities, [&](const std::string& each) {
        return same_but_for_case(std::string_view(each).substr(0, each.find(' ')), keyword);
    });
}

bool offers(const std::vector<std::string>& capabilities, std::string_view keyword, std::string_view mechanism) {
    const auto names_it = [&](std::string_view line) {
        const auto space = std::min(line.find(' '), line.size());
        if (!same_but_for_case(line.substr(0, space), keyword)) return false;
        for (std::string_view rest = line.substr(space); !rest.empty();) {
            rest.remove_prefix(1);
            const auto end = std::min(rest.find(' '), rest.size());
            if (same_but_for_case(rest.substr(0, end), mechanism)) return true;
            rest.remove_prefix(end);
        }
        return false;
    };
    return std::ranges::any_of(capabilities, names_it);
}

Dialogue greeting_step(ServiceFacts& facts) {
    const Answer greeted = co_await greeting();
    if (!greeted) {
        facts.failure = greeted.error();
        co_return;
    }
    facts.times.set(Phase::banner_first_byte, greeted->first_byte, greeted->clock);
    facts.times.set(Phase::banner, greeted->elapsed, greeted->clock);
    facts.greeting = printable(greeted->lines.front());
    facts.preauthenticated = greeted->code == mailbox_code::preauthenticated;
    const bool is_smtp = row_of(facts.kind).protocol == ServiceProtocol::smtp;
    const bool is_welcome = is_smtp ? greeted->code == 220 : greeted->is_positive();
    if (!is_welcome) facts.failure = refusal(Phase::banner, *greeted, facts);
}

Dialogue starttls_step(std::string line, ServiceFacts& facts) {
    const Answer ready = co_await command(Phase::starttls, std::move(line));
    if (!ready) {
        facts.starttls = StartTls::broken;
        facts.failure = ready.error();
        co_return;
    }
    facts.times.set(Phase::starttls, ready->elapsed, ready->clock);
    if (!ready->is_positive()) {
        facts.starttls = ready->severity() == 4 ? StartTls::temporary : StartTls::broken;
        facts.starttls_reply = last_words(*ready, facts);
        facts.failure = refusal(Phase::starttls, *ready, facts);
        co_return;
    }
    co_await handshake_step(facts);
}

Dialogue handshake_step(ServiceFacts& facts) {
    const Answer handshake = co_await tls_handshake();
    if (!handshake) {
        facts.starttls = StartTls::failed;
        facts.failure = handshake.error();
        co_return;
    }
    facts.times.set(Phase::tls_handshake, handshake->elapsed, handshake->clock);
    facts.starttls = StartTls::ok;
}

Dialogue quit_step(std::string line, ServiceFacts& facts) {
    const Answer bye = co_await command(Phase::quit, std::move(line));
    if (bye) facts.times.set(Phase::quit, bye->elapsed, bye->clock);
}

bool note_login(const Answer& answer, ServiceFacts& facts) {
    if (!answer) {
        facts.login.outcome = Login::failed;
        facts.failure = answer.error();
        return false;
    }
    facts.times.set(Phase::login, answer->elapsed, answer->clock);
    facts.login.detail = last_words(*answer, facts);
    facts.login.outcome = answer->is_positive()     ? Login::accepted
                          : answer->severity() == 4 ? Login::not_now
                                                    : Login::refused;
    // What says goodbye is not spoken to any more.
    if (answer->code == 421) facts.failure = refusal(Phase::login, *answer, facts);
    return answer->is_positive();
}

bool may_log_in(const ServicePlan& plan, ServiceFacts& facts) {
    // `no_password` was noted by whoever could not read it.
    if (!plan.login) return false;
    if (!facts.tls || facts.starttls != StartTls::ok) {
        facts.login.outcome = Login::no_tls;
    } else if (!facts.tls->verified()) {
        facts.login.outcome = Login::unverified;
    } else if (facts.preauthenticated || !facts.capabilities_tls) {
        facts.login.outcome = Login::not_offered;
    } else {
        return still_speaks(facts);
    }
    return false;
}

Dialogue beginning_step(const ServicePlan& plan, ServiceFacts& facts) {
    facts.kind = plan.kind;
    if (row_of(plan.kind).implicit_tls) {
        co_await handshake_step(facts);
        if (facts.failure) co_return;
    }
    co_await greeting_step(facts);
}

Dialogue service_dialogue(const ServicePlan& plan, ServiceFacts& facts) {
    co_await beginning_step(plan, facts);
    if (!still_speaks(facts)) co_return;
    switch (row_of(plan.kind).protocol) {
        case ServiceProtocol::smtp: co_await submission_dialogue(plan, facts); break;
        case ServiceProtocol::imap: co_await imap_dialogue(plan, facts); break;
        case ServiceProtocol::pop3: co_await pop3_dialogue(plan, facts); break;
    }
}

}  // namespace mxfleet
