// IMAP: RFC 9051, of which IMAP4rev1 (RFC 3501) is the same as far as this goes.
#include <algorithm>

#include "probes/service/steps.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

/// The words of the untagged CAPABILITY lines (§7.2.2).
std::vector<std::string> capabilities_in(const SmtpReply& reply) {
    std::vector<std::string> all;
    for (const std::string& line : reply.lines) {
        constexpr std::string_view title = "CAPABILITY ";
        if (!line.starts_with(title)) continue;
        for (std::string_view rest = std::string_view(line).substr(title.size()); !rest.empty();) {
            const auto end = std::min(rest.find(' '), rest.size());
            if (end > 0) all.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return kept_capabilities(std::move(all));
}

Dialogue capability_step(Phase phase, Tags& tags, ServiceFacts& facts) {
    const Answer answer = co_await command(phase, tags.next() + "CAPABILITY");
    if (!answer) {
        facts.failure = answer.error();
        co_return;
    }
    facts.times.set(phase, answer->elapsed, answer->clock);
    if (!answer->is_positive()) {
        facts.failure = refusal(phase, *answer, facts);
        co_return;
    }
    (facts.tls ? facts.capabilities_tls : facts.capabilities) = capabilities_in(*answer);
    facts.is_up = true;
}

/// A quoted string holds no line ends, and IMAP4rev1 allows ASCII only in it (RFC 3501 §4.3).
bool can_be_quoted(const LoginPlan& login) {
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7f; };
    return std::ranges::all_of(login.username, is_plain) && std::ranges::all_of(login.password, is_plain);
}

/// §6.2.2: AUTHENTICATE where SCRAM or PLAIN are offered, without the message, which works with and without SASL-IR;
/// else §6.2.3: LOGIN, unless that is disabled.
Dialogue login_step(const LoginPlan& login, Tags& tags, ServiceFacts& facts) {
    const auto& offered = *facts.capabilities_tls;
    if (offers(offered, "AUTH=SCRAM-SHA-256") && can_scram(login)) {
        co_await scram_step(tags.next() + "AUTHENTICATE SCRAM-SHA-256", false, login, facts);
        co_return;
    }
    if (offers(offered, "AUTH=PLAIN")) {
        facts.login.mechanism = "PLAIN";
        const Answer ready = co_await command(Phase::login, tags.next() + "AUTHENTICATE PLAIN");
        const bool may_go_on = ready && ready->code == mailbox_code::go_on;
        if (!may_go_on) {
            note_login(ready, facts);
            co_return;
        }
        const std::string message = base64(plain_message(login.username, login.password));
        const Answer answer = co_await secret_command(Phase::login, message, std::string(asterisks));
        note_login(answer, facts);
        co_return;
    }
    if (offers(offered, "LOGINDISABLED") || !can_be_quoted(login)) {
        facts.login.outcome = Login::not_offered;
        co_return;
    }
    facts.login.mechanism = "LOGIN";
    const std::string begin = tags.next() + "LOGIN ";
    const Answer answer =
        co_await secret_command(Phase::login, begin + imap_quoted(login.username) + " " + imap_quoted(login.password),
                                begin + "******** ********");
    note_login(answer, facts);
}

}  // namespace

Dialogue imap_opening(const ServicePlan& plan, Tags& tags, ServiceFacts& facts) {
    if (!facts.failure) {
        co_await capability_step(facts.tls ? Phase::ehlo_tls : Phase::ehlo, tags, facts);
    }
    const bool may_upgrade = facts.is_up && !facts.tls;
    // Who greets with PREAUTH cannot be asked for TLS any more (§6.2.1).
    const bool is_offered = may_upgrade && !facts.preauthenticated && offers(*facts.capabilities, "STARTTLS");
    if (may_upgrade && !is_offered) facts.starttls = StartTls::not_offered;
    if (is_offered) {
        facts.plaintext_login = !offers(*facts.capabilities, "LOGINDISABLED");
        co_await starttls_step(tags.next() + "STARTTLS", facts);
        if (facts.starttls == StartTls::ok) {
            co_await capability_step(Phase::ehlo_tls, tags, facts);
        }
    }
    if (facts.is_up && may_log_in(plan, facts)) {
        co_await login_step(*plan.login, tags, facts);
    }
}

Dialogue imap_dialogue(const ServicePlan& plan, ServiceFacts& facts) {
    Tags tags;
    co_await imap_opening(plan, tags, facts);
    if (still_speaks(facts)) {
        co_await quit_step(tags.next() + "LOGOUT", facts);
    }
}

}  // namespace mxfleet
