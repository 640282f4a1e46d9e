// Every file of tests/sessions/services, played: the client must say what stands there, and the judgement be what
// stands below. And whatever a server does, no password is shown, nor sent where it might be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <variant>

#include "probes/model/words.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/service/findings.hpp"
#include "probes/wire/mailbox_reply.hpp"
#include "probes/wire/secrets.hpp"
#include "tests/unit/smtp/scripted_session.hpp"

namespace mxfleet::testing {
namespace {

using Who = ScriptLine::Who;

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

/// Reads the script's replies as the protocol has them.
class ServicePlayer {
public:
    ServicePlayer(const Script& script, ServiceKind kind, std::string certificate)
        : script_(script), protocol_(row_of(kind).protocol), certificate_(std::move(certificate)) {}

    Answer answer(const Ask& ask, ServicePlayed& played) {
        if (ask.kind == Ask::Kind::start_tls) return shake(played.facts);
        if (ask.kind == Ask::Kind::greeting) format_ = format_of_greeting(protocol_);
        if (ask.kind == Ask::Kind::command) {
            const ScriptLine* line = take({Who::client});
            if (line == nullptr || line->text != ask.line)
                played.complaints.push_back("at " + next() + " the client said: " + ask.line);
            format_ = format_of_reply(protocol_, ask.line, format_);
        }
        if (protocol_ == ServiceProtocol::smtp) return read(ReplyReader(), ask.phase);
        return read(MailboxReplyReader(format_), ask.phase);
    }

    bool is_at_end() const { return at_ == script_.lines.size(); }
    std::string next() const { return is_at_end() ? "the end" : "line " + std::to_string(script_.lines[at_].number); }

private:
    const ScriptLine* take(std::initializer_list<Who> who) {
        if (is_at_end() || std::ranges::find(who, script_.lines[at_].who) == who.end()) return nullptr;
        return &script_.lines[at_++];
    }

    template <class Reader>
    Answer read(Reader reader, Phase phase) {
        while (const ScriptLine* line = take({Who::server, Who::server_failure})) {
            if (line->who == Who::server_failure) return failed(phase, reason_named(line->text));
            std::size_t used = 0;
            const auto status = reader.feed(line->text + "\r\n", used);
            if (status == ReplyReader::Status::malformed) return failed(phase, Reason::protocol_error);
            if (status == ReplyReader::Status::done) return reader.take();
        }
        return failed(phase, Reason::closed, "the script is over");
    }

    Answer shake(ServiceFacts& facts) {
        const ScriptLine* line = take({Who::tls, Who::tls_failure});
        if (line == nullptr) return failed(Phase::tls_handshake, Reason::closed, "the script has no TLS here");
        if (line->who == Who::tls_failure) return failed(Phase::tls_handshake, reason_named(line->text));
        facts.tls = tls_facts(certificate_.empty() ? line->text : certificate_);
        facts.injection = line->text.find("injection") != std::string::npos;
        return SmtpReply{};
    }

    const Script& script_;
    ServiceProtocol protocol_;
    std::string certificate_;
    MailboxReplyFormat format_;
    std::size_t at_ = 0;
};

/// Plays the script; with `fail_at`, that ask is answered by a lost connection; with `certificate`, every handshake
/// shows that one.
ServicePlayed perform(const Script& script, std::optional<std::size_t> fail_at = {}, std::string certificate = {}) {
    ServicePlayed played;
    const ServicePlan plan = plan_of(script);
    const Secrets secrets = plan.login ? Secrets(plan.login->username, plan.login->password) : Secrets();
    ServicePlayer player(script, plan.kind, std::move(certificate));
    Dialogue dialogue = service_dialogue(plan, played.facts);
    for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
        if (fail_at == played.asks.size()) {
            played.ended_after_failure = dialogue.answer(failed(ask->phase, Reason::reset)) == nullptr;
            return played;
        }
        played.asks.push_back(*ask);
        played.secret_was_sent = played.secret_was_sent || secrets.without(ask->line) != ask->line;
        Answer answer = player.answer(*ask, played);
        ask = dialogue.answer(std::move(answer));
    }
    if (!player.is_at_end()) played.complaints.push_back("the client stopped before " + player.next());
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
