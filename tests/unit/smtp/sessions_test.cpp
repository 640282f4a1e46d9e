// Every file of tests/sessions, played: the client must say what stands there, and the judgement be what stands below.
#include <gtest/gtest.h>

#include <algorithm>

#include "probes/model/words.hpp"
#include "probes/policy/findings.hpp"
#include "tests/unit/smtp/scripted_session.hpp"

namespace mxfleet::testing {
namespace {

/// "postmaster 250, vrfy 252": of the questions that were answered.
std::string replies(const PolicyFacts& facts) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < policy_probe_count; ++at) {
        const PolicyReply& reply = facts.replies[at];
        if (reply.code == 0) continue;
        words.push_back(std::string(name(static_cast<PolicyProbe>(at))) + " " + std::to_string(reply.code) +
                        (reply.at_mail ? " at MAIL" : ""));
    }
    return words.empty() ? "none" : listed(words, 99);
}

std::string codes_of(const std::vector<Statement>& statements) {
    std::vector<std::string_view> all;
    for (const Statement& statement : statements)
        all.push_back(statement.code.text());
    return all.empty() ? "none" : listed(all, 99);
}

/// What the lower part of a session file can state, each as the text that stands there.
std::map<std::string, std::string> outcome(const SessionFacts& facts) {
    const SessionJudgement judgement = judge_session(facts, terms());
    std::map<std::string, std::string> said;
    said["state"] = name(judgement.state);
    said["result"] = judgement.result ? name(*judgement.result) : "none";
    said["reachability"] = judgement.reachability ? judgement.reachability->code.text() : "none";
    std::vector<std::string> codes;
    for (const Statement& statement : judgement.statements) {
        const auto severity = statement.severity == statement.code.row().severity
                                  ? std::string{}
                                  : "=" + std::string(name(statement.severity));
        codes.push_back(std::string(statement.code.text()) + severity);
    }
    std::ranges::sort(codes);
    said["findings"] = codes.empty() ? "none" : listed(codes, 99);
    said["starttls"] = facts.starttls ? name(*facts.starttls) : "null";
    said["failure"] = words_of(facts.failure);
    said["greeting_host"] = facts.greeting ? facts.greeting->host() : "null";
    said["capabilities"] = facts.capabilities ? listed(facts.capabilities->keywords, 99) : "null";
    said["capabilities_tls"] = facts.capabilities_tls ? listed(facts.capabilities_tls->keywords, 99) : "null";
    const auto follow = follow_up(facts);
    said["follow_up"] = !follow ? "none" : follow->legacy_tls ? "legacy_tls" : "helo";
    if (facts.relay) {
        const RelayVerdict verdict = judge_relay(*facts.relay);
        said["relay"] = std::string(name(verdict.state)) + (verdict.reason.empty() ? "" : " " + verdict.reason);
    } else {
        said["relay"] = "null";
    }
    said["policy"] = facts.policy ? replies(*facts.policy) : "null";
    said["policy_findings"] = facts.policy ? codes_of(judge_policy(*facts.policy)) : "null";
    return said;
}

class Sessions : public ::testing::TestWithParam<std::string> {};

TEST_P(Sessions, PlayOutAsWritten) {
    const Script script = Script::load(GetParam());
    const Played played = play(script);
    for (const std::string& complaint : played.complaints)
        ADD_FAILURE() << complaint;
    const auto said = outcome(played.facts);
    ASSERT_TRUE(script.expected.contains("state")) << "a session file says at least the state";
    for (const auto& [key, expected] : script.expected) {
        ASSERT_TRUE(said.contains(key)) << key << " is nothing a session file can state";
        EXPECT_EQ(said.at(key), expected) << key;
    }
}

TEST_P(Sessions, EndAtOnceWhenTheConnectionIsLostAtAnyStep) {
    const Script script = Script::load(GetParam());
    const std::size_t asks = play(script).asks;
    for (std::size_t at = 0; at < asks; ++at) {
        const Played played = play(script, at);
        EXPECT_TRUE(played.ended_after_failure) << "a command was sent after the connection was lost at step " << at;
        const bool said_nothing_yet = at < 2;
        if (said_nothing_yet) {
            EXPECT_FALSE(played.facts.is_up());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Sessions, ::testing::ValuesIn(session_files()),
                         [](const auto& row) { return name_of_tests(row.param); });

}  // namespace
}  // namespace mxfleet::testing
