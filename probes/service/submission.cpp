// Submission: RFC 6409, and RFC 4954 for logging in.
#include <algorithm>

#include "probes/service/steps.hpp"
#include "probes/wire/ehlo.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

Dialogue ehlo_step(Phase phase, const ServicePlan& plan, ServiceFacts& facts) {
    const Answer hello = co_await command(phase, "EHLO " + plan.hello);
    if (!hello) {
        facts.failure = hello.error();
        co_return;
    }
    facts.times.set(phase, hello->elapsed, hello->clock);
    if (hello->code != 250) {
        facts.failure = refusal(phase, *hello, facts);
        co_return;
    }
    const bool inside = facts.tls.has_value();
    (inside ? facts.capabilities_tls : facts.capabilities) = read_capabilities(*hello).keywords;
    facts.is_up = true;
}

/// RFC 6409 §4.3: who has not logged in gets 530. One that is taken is taken back, or AUTH would not be allowed.
Dialogue mail_step(const ServicePlan& plan, ServiceFacts& facts) {
    const Answer mail = co_await command(Phase::mail, "MAIL FROM:<mxfleet-probe@" + plan.hello + ">");
    if (!mail) {
        facts.failure = mail.error();
        co_return;
    }
    facts.times.set(Phase::mail, mail->elapsed, mail->clock);
    facts.mail_code = mail->code;
    if (mail->code == 421) facts.failure = refusal(Phase::mail, *mail, facts);
    if (!mail->is_positive()) co_return;
    const Answer reset = co_await command(Phase::mail, "RSET");
    if (!reset) facts.failure = reset.error();
}

}  // namespace

/// RFC 4954 §4; SCRAM and PLAIN with the message at once, LOGIN in two turns.
Dialogue submission_login_step(const LoginPlan& login, ServiceFacts& facts) {
    const auto& offered = *facts.capabilities_tls;
    if (offers(offered, "AUTH", "SCRAM-SHA-256") && can_scram(login)) {
        co_await scram_step("AUTH SCRAM-SHA-256", true, login, facts);
        co_return;
    }
    if (offers(offered, "AUTH", "PLAIN")) {
        facts.login.mechanism = "PLAIN";
        const std::string message = base64(plain_message(login.username, login.password));
        const Answer answer = co_await secret_command(Phase::login, "AUTH PLAIN " + message, "AUTH PLAIN ********");
        note_login(answer, facts);
        co_return;
    }
    if (!offers(offered, "AUTH", "LOGIN")) {
        facts.login.outcome = Login::not_offered;
        co_return;
    }
    facts.login.mechanism = "LOGIN";
    const Answer asks_user = co_await command(Phase::login, "AUTH LOGIN");
    const bool may_say_user = asks_user && asks_user->code == 334;
    if (!may_say_user) {
        note_login(asks_user, facts);
        co_return;
    }
    const Answer asks_password = co_await secret_command(Phase::login, base64(login.username), std::string(asterisks));
    const bool may_say_password = asks_password && asks_password->code == 334;
    if (!may_say_password) {
        note_login(asks_password, facts);
        co_return;
    }
    const Answer answer = co_await secret_command(Phase::login, base64(login.password), std::string(asterisks));
    note_login(answer, facts);
}

Dialogue submission_dialogue(const ServicePlan& plan, ServiceFacts& facts) {
    if (!facts.failure) {
        co_await ehlo_step(facts.tls ? Phase::ehlo_tls : Phase::ehlo, plan, facts);
    }
    const bool may_upgrade = facts.is_up && !facts.tls;
    if (may_upgrade && !offers(*facts.capabilities, "STARTTLS")) {
        facts.starttls = StartTls::not_offered;
    } else if (may_upgrade) {
        facts.plaintext_login =
            offers(*facts.capabilities, "AUTH", "PLAIN") || offers(*facts.capabilities, "AUTH", "LOGIN");
        co_await starttls_step("STARTTLS", facts);
        if (facts.starttls == StartTls::ok) {
            co_await ehlo_step(Phase::ehlo_tls, plan, facts);
        }
    }
    // A refusal of TLS is no answer to whether mail is taken from strangers.
    if (facts.is_up && still_speaks(facts)) {
        co_await mail_step(plan, facts);
    }
    if (facts.is_up && may_log_in(plan, facts)) {
        co_await submission_login_step(*plan.login, facts);
    }
    if (still_speaks(facts)) {
        co_await quit_step("QUIT", facts);
    }
}

}  // namespace mxfleet
