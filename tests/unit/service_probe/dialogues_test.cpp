// Every file of tests/sessions/services, played: the client must say what stands there, and the judgement be what
// stands below. And whatever a server does, no password is shown, nor sent where it might be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "probes/model/words.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/service/findings.hpp"
#include "probes/wire/secrets.hpp"
#include "tests/unit/service_probe/scripted_service.hpp"

namespace mxfleet::testing {
namespace {

std::vector<std::string> session_files() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/sessions/services"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

ServicePlan plan_of(const Script& script) {
    ServicePlan plan;
    const auto named = std::ranges::find(service_kind_table, script.plan.at("kind"), &ServiceKindRow::name);
    plan.kind = named->kind;
    plan.hello = "probe.example.net";
    if (script.plan.contains("login")) {
        std::istringstream words(script.plan.at("login"));
        LoginPlan& login = plan.login.emplace();
        words >> login.username >> login.password;
        login.nonce = "our-nonce";
    }
    return plan;
}

struct ServicePlayed {
    ServiceFacts facts;
    std::vector<std::string> complaints;
    std::vector<Ask> asks;
    bool secret_was_sent = false;
    bool ended_after_failure = true;
};

/// Plays the script; with `fail_at`, that ask is answered by a lost connection; with `certificate`, every handshake
/// shows that one.
ServicePlayed perform(const Script& script, std::optional<std::size_t> fail_at = {}, std::string certificate = {}) {
    ServicePlayed played;
    const ServicePlan plan = plan_of(script);
    const Secrets secrets = plan.login ? Secrets(plan.login->username, plan.login->password) : Secrets();
    ScriptedService service(script, plan.kind, std::move(certificate));
    Dialogue dialogue = service_dialogue(plan, played.facts);
    for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
        if (fail_at == played.asks.size()) {
            played.ended_after_failure = dialogue.answer(failed(ask->phase, Reason::reset)) == nullptr;
            return played;
        }
        played.asks.push_back(*ask);
        played.secret_was_sent = played.secret_was_sent || secrets.without(ask->line) != ask->line;
        Answer answer = service.answer(*ask, played.facts);
        ask = dialogue.answer(std::move(answer));
    }
    played.complaints = service.complaints();
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
    const std::string mechanism(std::string_view(facts.login.mechanism));
    said["login"] = std::string(name(facts.login.outcome)) + (mechanism.empty() ? "" : " " + mechanism);
    said["failure"] = facts.failure
                          ? std::string(name(facts.failure->phase)) + " " + std::string(name(facts.failure->reason))
                          : "none";
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

INSTANTIATE_TEST_SUITE_P(Files, ServiceDialogues, ::testing::ValuesIn(session_files()), [](const auto& row) {
    std::string stem = std::filesystem::path(row.param).stem();
    std::ranges::replace(stem, '-', '_');
    return stem;
});

}  // namespace
}  // namespace mxfleet::testing
