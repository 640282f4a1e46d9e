// Every file of tests/sessions/services, played: the client must say what stands there, and the judgement be what
// stands below. And whatever a server does, no password is shown, nor sent where it might be read.
#include <gtest/gtest.h>

#include <algorithm>

#include "probes/model/words.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/service/findings.hpp"
#include "probes/wire/secrets.hpp"
#include "tests/unit/service_probe/scripted_service.hpp"

namespace mxfleet::testing {
namespace {

ServicePlan plan_of(const Script& script) {
    ServicePlan plan;
    plan.kind = kind_named(script.plan.at("kind"));
    plan.hello = "probe.example.net";
    plan.login = login_in(script);
    return plan;
}

struct ServicePlayed : PlayedDialogue {
    ServiceFacts facts;
    bool secret_was_sent = false;
};

/// Plays the script; with `fail_at`, that ask is answered by a lost connection; with `certificate`, every handshake
/// shows that one.
ServicePlayed perform(const Script& script, std::optional<std::size_t> fail_at = {}, std::string certificate = {}) {
    ServicePlayed played;
    const ServicePlan plan = plan_of(script);
    const Secrets secrets = plan.login ? Secrets(plan.login->username, plan.login->password) : Secrets();
    ScriptedService service(script, plan.kind, std::move(certificate));
    static_cast<PlayedDialogue&>(played) = play(service_dialogue(plan, played.facts), service, played.facts, fail_at);
    const auto tells = [&](const Ask& ask) { return secrets.without(ask.line) != ask.line; };
    played.secret_was_sent = std::ranges::any_of(played.asks, tells);
    return played;
}

ServiceJudgement judged(const Script& script, const ServiceFacts& facts) {
    return judge_service(
        facts, {plan_of(script).kind, "mx.example.com", terms().now, terms().expiry_warning, terms().expiry_critical});
}

std::string text_of(const Statement& statement) {
    const bool is_usual = statement.severity == statement.code.row().severity;
    return std::string(statement.code.text()) + (is_usual ? "" : "=" + std::string(name(statement.severity)));
}

std::map<std::string, std::string> outcome(const Script& script, const ServiceFacts& facts) {
    const ServiceJudgement judgement = judged(script, facts);
    std::map<std::string, std::string> said;
    said["state"] = name(judgement.state);
    said["result"] = judgement.result ? name(*judgement.result) : "none";
    said["reachability"] = judgement.reachability ? text_of(*judgement.reachability) : "none";
    said["logs_in"] = !judgement.logs_in ? "null" : *judgement.logs_in ? "true" : "false";
    std::vector<std::string> codes;
    for (const Statement& statement : judgement.statements)
        codes.push_back(text_of(statement));
    std::ranges::sort(codes);
    said["findings"] = codes.empty() ? "none" : listed(codes, 99);
    said["starttls"] = facts.starttls ? name(*facts.starttls) : "null";
    said["login"] = words_of(facts.login);
    said["failure"] = words_of(facts.failure);
    said["capabilities"] = facts.capabilities ? listed(*facts.capabilities, 99) : "null";
    said["capabilities_tls"] = facts.capabilities_tls ? listed(*facts.capabilities_tls, 99) : "null";
    return said;
}

class ServiceDialogues : public ::testing::TestWithParam<std::string> {
protected:
    const Script script = Script::load(GetParam());
};

TEST_P(ServiceDialogues, PlayOutAsWritten) {
    const ServicePlayed played = perform(script);
    for (const std::string& complaint : played.complaints)
        ADD_FAILURE() << complaint;
    const auto said = outcome(script, played.facts);
    ASSERT_TRUE(script.expected.contains("state")) << "a session file says at least the state";
    for (const auto& [key, expected] : script.expected) {
        ASSERT_TRUE(said.contains(key)) << key << " is nothing a session file can state";
        EXPECT_EQ(said.at(key), expected) << key;
    }
}

TEST_P(ServiceDialogues, EndAtOnceWhenTheConnectionIsLostAtAnyStep) {
    const std::size_t asks = perform(script).asks.size();
    for (std::size_t at = 0; at < asks; ++at)
        EXPECT_TRUE(perform(script, at).ended_after_failure)
            << "something was said after the connection was lost at " << at;
}

TEST_P(ServiceDialogues, ShowNoSecret) {
    const ServicePlan plan = plan_of(script);
    if (!plan.login) return;
    const Secrets secrets(plan.login->username, plan.login->password);
    for (const Ask& ask : perform(script).asks) {
        const std::string shown = ask.shown.empty() ? ask.line : ask.shown;
        EXPECT_EQ(secrets.without(shown), shown);
    }
}

TEST_P(ServiceDialogues, SendNoSecretToWhomItCannotVerify) {
    for (const char* const certificate : {"untrusted", "self-signed", "wrong-name", "expired", "incomplete"}) {
        const ServicePlayed played = perform(script, {}, certificate);
        EXPECT_FALSE(played.secret_was_sent) << certificate;
        EXPECT_NE(played.facts.login.outcome, Login::accepted) << certificate;
    }
}

INSTANTIATE_TEST_SUITE_P(Files, ServiceDialogues, ::testing::ValuesIn(session_files("services")),
                         [](const auto& row) { return name_of_tests(row.param); });

}  // namespace
}  // namespace mxfleet::testing
