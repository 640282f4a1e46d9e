// POP3: RFC 1939, with CAPA and STLS (RFC 2449, 2595) and AUTH (RFC 5034).
#include <algorithm>

#include "probes/service/steps.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

/// CAPA is an extension: who does not know it refuses it, offers nothing, and may be logged in to with USER all the
/// same.
Dialogue capability_step(Phase phase, ServiceFacts& facts) {
    const Answer answer = co_await command(phase, "CAPA");
    if (!answer) {
        facts.failure = answer.error();
        co_return;
    }
    facts.times.set(phase, answer->elapsed, answer->clock);
    std::vector<std::string> lines;
    if (answer->is_positive()) lines.assign(answer->lines.begin() + 1, answer->lines.end());
    if (!answer->is_positive()) lines.emplace_back("USER");
    (facts.tls ? facts.capabilities_tls : facts.capabilities) = kept_capabilities(std::move(lines));
    facts.is_up = true;
}

/// RFC 1939 §7: USER and PASS.
Dialogue user_step(const LoginPlan& login, ServiceFacts& facts) {
    facts.login.mechanism = "USER";
    const Answer user = co_await secret_command(Phase::login, "USER " + login.username, "USER ********");
    const bool may_go_on = user && user->is_positive();
    if (!may_go_on) {
        note_login(user, facts);
        co_return;
    }
    const Answer answer = co_await secret_command(Phase::login, "PASS " + login.password, "PASS ********");
    note_login(answer, facts);
}

/// RFC 5034 §4, in two turns.
Dialogue plain_step(const LoginPlan& login, ServiceFacts& facts) {
    facts.login.mechanism = "PLAIN";
    const Answer ready = co_await command(Phase::login, "AUTH PLAIN");
    const bool may_go_on = ready && ready->code == mailbox_code::go_on;
    if (!may_go_on) {
        note_login(ready, facts);
        co_return;
    }
    const std::string message = base64(plain_message(login.username, login.password));
    const Answer answer = co_await secret_command(Phase::login, message, std::string(asterisks));
    note_login(answer, facts);
}

/// A login opens the mailbox (RFC 1939 §5), which STAT shows.
Dialogue login_step(const LoginPlan& login, ServiceFacts& facts) {
    const auto& offered = *facts.capabilities_tls;
    if (offers(offered, "SASL", "SCRAM-SHA-256") && can_scram(login)) {
        co_await scram_step("AUTH SCRAM-SHA-256", false, login, facts);
    } else if (offers(offered, "USER")) {
        co_await user_step(login, facts);
    } else if (offers(offered, "SASL", "PLAIN")) {
        co_await plain_step(login, facts);
    } else {
        facts.login.outcome = Login::not_offered;
    }
    if (facts.login.outcome != Login::accepted) co_return;
    const auto taken = facts.times[Phase::login];
    const Answer stat = co_await command(Phase::login, "STAT");
    note_login(stat, facts);
    if (taken) facts.times.set(Phase::login, *taken);
}

}  // namespace

Dialogue pop3_opening(const ServicePlan& plan, ServiceFacts& facts) {
    if (!facts.failure) {
        co_await capability_step(facts.tls ? Phase::ehlo_tls : Phase::ehlo, facts);
    }
    const bool may_upgrade = facts.is_up && !facts.tls;
    const bool is_offered = may_upgrade && offers(*facts.capabilities, "STLS");
    if (may_upgrade && !is_offered) facts.starttls = StartTls::not_offered;
    if (is_offered) {
        facts.plaintext_login = offers(*facts.capabilities, "USER") || offers(*facts.capabilities, "SASL", "PLAIN");
        co_await starttls_step("STLS", facts);
        if (facts.starttls == StartTls::ok) {
            co_await capability_step(Phase::ehlo_tls, facts);
        }
    }
    if (facts.is_up && may_log_in(plan, facts)) {
        co_await login_step(*plan.login, facts);
    }
}

Dialogue pop3_dialogue(const ServicePlan& plan, ServiceFacts& facts) {
    co_await pop3_opening(plan, facts);
    if (still_speaks(facts)) {
        co_await quit_step("QUIT", facts);
    }
}

}  // namespace mxfleet
