// Every file of tests/sessions/deliveries, played: the client must say what stands there, and what stands below come of
// it. And wherever the connection is lost, the message counts as handed over, as not, or as neither.
#include "probes/delivery/dialogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "probes/wire/secrets.hpp"
#include "tests/unit/service_probe/scripted_service.hpp"

namespace mxfleet::testing {
namespace {

Consignment consignment_of(const Script& script) {
    Consignment consignment{.hello = "probe.example.net",
                            .sender = script.plan.contains("sender") ? "" : "probe@example.net",
                            .recipient = "user+x@example.com",
                            .message = "Subject: test\r\n\r\nHello\r\n.a dot first\r\n",
                            .envelope_id = script.plan.contains("envelope_id") ? "" : "tok+en"};
    if (script.plan.contains("paths")) {
        std::istringstream words(script.plan.at("paths"));
        words >> consignment.reverse_path >> consignment.forward_path;
    }
    if (script.plan.contains("service")) consignment.service = kind_named(script.plan.at("service"));
    consignment.login = login_in(script);
    return consignment;
}

struct DeliveryPlayed : PlayedDialogue {
    DeliveryFacts facts;
};

/// Plays the script; with `fail_at`, that ask is answered by a lost connection; with `certificate`, every handshake
/// shows that one.
DeliveryPlayed perform(const Script& script, std::optional<std::size_t> fail_at = {}, std::string certificate = {}) {
    DeliveryPlayed played;
    const Consignment consignment = consignment_of(script);
    const ServicePlan plan{consignment.service.value_or(ServiceKind::submission), consignment.hello, consignment.login};
    ServiceFacts session;
    ScriptedService service(script, plan.kind, std::move(certificate));
    static_cast<PlayedDialogue&>(played) =
        play(delivery_dialogue(consignment, plan, session, played.facts), service, session, fail_at);
    settle(std::move(session), played.facts);
    return played;
}

std::map<std::string, std::string> outcome(const DeliveryFacts& facts) {
    return {
        {"outcome", std::string(name(facts.outcome))},
        {"code", facts.code ? std::to_string(*facts.code) : "null"},
        {"reply", facts.reply},
        {"dsn_requested", facts.dsn_requested ? "true" : "false"},
        {"starttls", facts.starttls ? std::string(name(*facts.starttls)) : "null"},
        {"login", words_of(facts.login)},
        {"failure", words_of(facts.failure)},
    };
}

class DeliveryDialogues : public ::testing::TestWithParam<std::string> {
protected:
    const Script script = Script::load(GetParam());
};

TEST_P(DeliveryDialogues, PlayOutAsWritten) {
    const DeliveryPlayed played = perform(script);
    for (const std::string& complaint : played.complaints)
        ADD_FAILURE() << complaint;
    const auto said = outcome(played.facts);
    ASSERT_TRUE(script.expected.contains("outcome")) << "a file says at least the outcome";
    for (const auto& [key, expected] : script.expected) {
        ASSERT_TRUE(said.contains(key)) << key << " is nothing a file can state";
        EXPECT_EQ(said.at(key), expected) << key;
    }
}

TEST_P(DeliveryDialogues, TellWhatIsHandedOverFromWhatIsNot) {
    const DeliveryPlayed whole = perform(script);
    for (std::size_t at = 0; at < whole.asks.size(); ++at) {
        const DeliveryPlayed broken = perform(script, at);
        const Phase phase = whole.asks[at].phase;
        EXPECT_TRUE(broken.ended_after_failure) << "something was said after the connection was lost at " << at;
        const Handed expected = phase == Phase::quit       ? whole.facts.outcome
                                : phase == Phase::data_end ? Handed::uncertain
                                                           : Handed::failed;
        EXPECT_EQ(name(broken.facts.outcome), name(expected)) << "lost at " << at << ", " << name(phase);
    }
}

TEST_P(DeliveryDialogues, SendTheMessageOnce) {
    const auto is_message = [](const Ask& ask) { return ask.phase == Phase::data_end; };
    EXPECT_LE(std::ranges::count_if(perform(script).asks, is_message), 1);
}

TEST_P(DeliveryDialogues, SendNeitherPasswordNorMessageToAServiceTheyCannotVerify) {
    const Consignment consignment = consignment_of(script);
    if (!consignment.login) return;
    const Secrets secrets(consignment.login->username, consignment.login->password);
    for (const char* const certificate : {"untrusted", "self-signed", "wrong-name", "expired", "incomplete"}) {
        const DeliveryPlayed played = perform(script, {}, certificate);
        EXPECT_NE(played.facts.outcome, Handed::accepted) << certificate;
        for (const Ask& ask : played.asks) {
            EXPECT_EQ(secrets.without(ask.line), ask.line) << certificate;
            EXPECT_NE(ask.phase, Phase::mail) << certificate;
        }
    }
}

TEST_P(DeliveryDialogues, ShowNeitherPasswordNorMessage) {
    const Consignment consignment = consignment_of(script);
    const Secrets secrets =
        consignment.login ? Secrets(consignment.login->username, consignment.login->password) : Secrets();
    for (const Ask& ask : perform(script).asks) {
        const std::string shown = ask.shown.empty() ? ask.line : ask.shown;
        EXPECT_EQ(secrets.without(shown), shown);
        EXPECT_EQ(shown.find("Hello"), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(Files, DeliveryDialogues, ::testing::ValuesIn(session_files("deliveries")),
                         [](const auto& row) { return name_of_tests(row.param); });

}  // namespace
}  // namespace mxfleet::testing
