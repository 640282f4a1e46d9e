#include "probes/delivery/dialogue.hpp"

#include "probes/model/ascii.hpp"
#include "probes/service/findings.hpp"
#include "probes/service/steps.hpp"
#include "probes/wire/ehlo.hpp"
#include "probes/wire/message_text.hpp"

namespace mxfleet {
namespace {

bool goes_to_exchange(const Consignment& consignment) {
    return !consignment.service;
}

const std::vector<std::string>& offered(const ServiceFacts& session) {
    return session.tls ? *session.capabilities_tls : *session.capabilities;
}

/// RFC 5321 §3.2: a server that does not know EHLO says so with one of these.
bool asks_for_helo(const SmtpReply& reply) {
    return reply.code == 500 || reply.code == 501 || reply.code == 502 || reply.code == 504;
}

Dialogue hello_step(const char* verb, const Consignment& consignment, const ServicePlan& plan, ServiceFacts& session) {
    const bool inside = session.tls.has_value();
    const Phase phase = inside ? Phase::ehlo_tls : Phase::ehlo;
    const bool is_ehlo = std::string_view(verb) == "EHLO ";
    const Answer hello = co_await command(phase, verb + plan.hello);
    if (!hello) {
        session.failure = hello.error();
        co_return;
    }
    session.times.set(phase, hello->elapsed, hello->clock);
    if (is_ehlo && !inside && goes_to_exchange(consignment) && asks_for_helo(*hello)) {
        co_await hello_step("HELO ", consignment, plan, session);
        co_return;
    }
    if (hello->code != 250) {
        session.failure = refusal(phase, *hello, session);
        co_return;
    }
    auto keywords = is_ehlo ? read_capabilities(*hello).keywords : std::vector<std::string>{};
    (inside ? session.capabilities_tls : session.capabilities) = std::move(keywords);
}

/// Greeting, EHLO, and TLS where it is to be had. A handshake that fails ends the session: what an attacker may have
/// begun is not gone on with in the clear.
Dialogue opening_step(const Consignment& consignment, const ServicePlan& plan, ServiceFacts& session) {
    co_await beginning_step(plan, session);
    if (session.failure) co_return;
    co_await hello_step("EHLO ", consignment, plan, session);
    if (session.failure || session.tls) co_return;
    if (!offers(*session.capabilities, "STARTTLS")) {
        session.starttls = StartTls::not_offered;
        co_return;
    }
    co_await starttls_step("STARTTLS", session);
    if (session.failure) co_return;
    co_await hello_step("EHLO ", consignment, plan, session);
}

/// One command of the transaction, to which the reply must be of this kind (RFC 5321 §4.3.2).
Dialogue transaction_step(Phase phase, std::string line, int wanted_severity, ServiceFacts& session) {
    const Answer answer = co_await command(phase, std::move(line));
    if (!answer) {
        session.failure = answer.error();
        co_return;
    }
    session.times.set(phase, answer->elapsed, answer->clock);
    if (answer->severity() != wanted_severity) session.failure = refusal(phase, *answer, session);
}

std::string path(const std::string& as_it_stands, const std::string& address) {
    return as_it_stands.empty() ? "<" + address + ">" : as_it_stands;
}

std::string mail_line(const Consignment& consignment, const ServiceFacts& session, bool with_dsn) {
    std::string line = "MAIL FROM:" + path(consignment.reverse_path, consignment.sender);
    if (offers(offered(session), "SIZE")) line += " SIZE=" + std::to_string(consignment.message.size());
    if (with_dsn) line += " RET=HDRS";
    if (with_dsn && !consignment.envelope_id.empty()) line += " ENVID=" + xtext(consignment.envelope_id);
    return line;
}

std::string rcpt_line(const Consignment& consignment, bool with_dsn) {
    std::string line = "RCPT TO:" + path(consignment.forward_path, consignment.recipient);
    if (with_dsn) line += " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;" + xtext(consignment.recipient);
    return line;
}

/// RFC 5321 §4.2.5: with the final dot the message is the server's if it says so, and perhaps if it says nothing.
Dialogue text_step(const Consignment& consignment, ServiceFacts& session, DeliveryFacts& facts) {
    const std::string shown = "(the message, " + std::to_string(consignment.message.size()) + " bytes)";
    const Answer answer = co_await secret_command(Phase::data_end, dot_stuffed(consignment.message) + ".", shown);
    if (!answer) {
        session.failure = answer.error();
        if (answer.error().phase == Phase::data_end) facts.outcome = Handed::uncertain;
        co_return;
    }
    session.times.set(Phase::data_end, answer->elapsed, answer->clock);
    facts.code = answer->code;
    facts.reply = last_words(*answer, session);
    if (answer->is_positive()) {
        facts.outcome = Handed::accepted;
        co_return;
    }
    session.failure = refusal(Phase::data_end, *answer, session);
    if (session.failure->reason == Reason::protocol_error) facts.outcome = Handed::uncertain;
}

Dialogue transaction_part(const Consignment& consignment, ServiceFacts& session, DeliveryFacts& facts) {
    const bool with_dsn = consignment.forward_path.empty() && offers(offered(session), "DSN");
    co_await transaction_step(Phase::mail, mail_line(consignment, session, with_dsn), 2, session);
    if (session.failure) co_return;
    co_await transaction_step(Phase::rcpt, rcpt_line(consignment, with_dsn), 2, session);
    if (session.failure) co_return;
    facts.dsn_requested = with_dsn;
    co_await transaction_step(Phase::data, "DATA", 3, session);
    if (session.failure) co_return;
    co_await text_step(consignment, session, facts);
}

}  // namespace

Dialogue delivery_dialogue(const Consignment& consignment, const ServicePlan& plan, ServiceFacts& session,
                           DeliveryFacts& facts) {
    co_await opening_step(consignment, plan, session);
    if (!session.failure && may_log_in(plan, session)) {
        co_await submission_login_step(*plan.login, session);
    }
    const bool is_let_in = !plan.login || session.login.outcome == Login::accepted;
    if (!session.failure && is_let_in) {
        co_await transaction_part(consignment, session, facts);
    }
    if (still_speaks(session)) {
        co_await quit_step("QUIT", session);
    }
}

void settle(ServiceFacts session, DeliveryFacts& facts) {
    if (!session.failure) session.failure = login_failure(session.login);
    if (session.failure && facts.outcome == Handed::failed) {
        const Reason reason = session.failure->reason;
        const bool was_refused = reason == Reason::rejected || reason == Reason::temporary;
        if (was_refused) {
            facts.outcome = reason == Reason::rejected ? Handed::refused : Handed::not_now;
            facts.reply = session.failure->detail;
            facts.code = whole_number<int>(facts.reply.text().substr(0, 3));
        }
    }
    facts.failure = std::move(session.failure);
    facts.starttls = session.starttls;
    facts.tls = std::move(session.tls);
    facts.login = std::move(session.login);
    facts.transcript = std::move(session.transcript);
    facts.times = session.times;
    facts.no_local_route = session.no_local_route;
}

}  // namespace mxfleet
