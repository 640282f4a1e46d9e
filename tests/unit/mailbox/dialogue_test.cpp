// Every file of tests/sessions/mailboxes, played: the client must say what stands there, and see what stands below. And
// whatever a server does, nothing is removed that was not named, and no password leaves where it might be read.
#include "probes/mailbox/dialogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "probes/model/words.hpp"
#include "probes/wire/secrets.hpp"
#include "tests/unit/service_probe/scripted_service.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono;

constexpr sys_seconds since = sys_days{2026y / March / 2} + 5h;

/// `INBOX 7/3, uid-b`: a folder and an id, or POP3's id alone.
std::vector<LetterKey> keys_in(const std::string& text) {
    std::vector<LetterKey> keys;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts >> std::ws, part, ',');) {
        const auto space = part.rfind(' ');
        if (space == part.npos) keys.push_back({"", part});
        if (space != part.npos) keys.push_back({part.substr(0, space), part.substr(space + 1)});
    }
    return keys;
}

std::vector<std::size_t> hashes_of(const std::string& text) {
    std::vector<std::size_t> hashes;
    std::istringstream words(text);
    for (std::string word; words >> word;)
        hashes.push_back(std::hash<std::string>{}(word));
    std::ranges::sort(hashes);
    return hashes;
}

std::string text_of(const Letter& letter) {
    return (letter.folder.empty() ? "" : letter.folder + " ") + letter.id + (letter.junk ? " junk" : "");
}

struct MailboxPlayed : PlayedDialogue {
    MailboxSight sight;
    MailboxMemory memory;
};

class MailboxDialogues : public ::testing::TestWithParam<std::string> {
protected:
    /// Plays the script; with `fail_at`, that ask is answered by a lost connection; with `certificate`, every handshake
    /// shows that one.
    MailboxPlayed perform(std::optional<std::size_t> fail_at = {}, std::string certificate = {}) const {
        MailboxPlayed played;
        played.memory.foreign = hashes_of(value("foreign"));
        const MailboxWish wish{since, keys_in(value("remove"))};
        ServiceFacts session;
        ScriptedService service(script, plan.kind, std::move(certificate));
        static_cast<PlayedDialogue&>(played) =
            play(mailbox_dialogue({plan, wish}, played.memory, session, played.sight), service, session, fail_at);
        settle(std::move(session), played.sight);
        return played;
    }

    std::string value(const char* key) const {
        const auto found = script.plan.find(key);
        return found == script.plan.end() ? std::string() : found->second;
    }

    ServicePlan make_plan() const {
        ServicePlan made;
        made.kind = kind_named(value("kind"));
        made.login = login_in(script);
        return made;
    }

    const Script script = Script::load(GetParam());
    const ServicePlan plan = make_plan();
    const Secrets secrets{plan.login->username, plan.login->password};
};

std::map<std::string, std::string> outcome(const MailboxSight& sight) {
    std::vector<std::string> letters;
    for (const Letter& letter : sight.letters)
        letters.push_back(text_of(letter));
    return {
        {"letters", letters.empty() ? "none" : listed(letters, 99)},
        {"removed", std::to_string(sight.removed)},
        {"not_removed", sight.not_removed},
        {"complete", sight.is_complete ? "true" : "false"},
        {"login", words_of(sight.login)},
        {"failure", words_of(sight.failure)},
    };
}

TEST_P(MailboxDialogues, PlayOutAsWritten) {
    const MailboxPlayed played = perform();
    for (const std::string& complaint : played.complaints)
        ADD_FAILURE() << complaint;
    const auto said = outcome(played.sight);
    ASSERT_TRUE(script.expected.contains("complete")) << "a file says at least whether the reading is complete";
    for (const auto& [key, expected] : script.expected) {
        if (key == "foreign") {
            EXPECT_EQ(played.memory.foreign, hashes_of(expected));
            continue;
        }
        ASSERT_TRUE(said.contains(key)) << key << " is nothing a file can state";
        EXPECT_EQ(said.at(key), expected) << key;
    }
}

TEST_P(MailboxDialogues, AreIncompleteWhenTheConnectionIsLostAtAnyStep) {
    const std::size_t asks = perform().asks.size();
    for (std::size_t at = 0; at < asks; ++at) {
        const MailboxPlayed broken = perform(at);
        EXPECT_TRUE(broken.ended_after_failure) << "something was said after the connection was lost at " << at;
        const bool at_the_end = broken.asks.back().phase == Phase::quit;
        EXPECT_TRUE(at_the_end || !broken.sight.is_complete) << "lost at " << at;
        EXPECT_TRUE(at_the_end || broken.sight.failure) << "lost at " << at;
    }
}

TEST_P(MailboxDialogues, ChangeNothingButWhatIsNamed) {
    const bool wants_removal = !value("remove").empty();
    for (const Ask& ask : perform().asks) {
        if (ask.phase != Phase::mailbox) continue;
        const auto says = [&](const char* word) { return ask.line.find(word) != ask.line.npos; };
        EXPECT_FALSE(says(" EXPUNGE") && !says("UID EXPUNGE ")) << ask.line;
        EXPECT_FALSE(says("BODY[")) << "it would mark the letter as seen: " << ask.line;
        EXPECT_FALSE(says("RETR") || says("CLOSE")) << ask.line;
        const bool changes = says("STORE") || says("EXPUNGE") || says("DELE ") || says("SELECT");
        EXPECT_TRUE(wants_removal || !changes) << ask.line;
    }
}

TEST_P(MailboxDialogues, SendNoSecretToWhomTheyCannotVerify) {
    for (const char* const certificate : {"untrusted", "self-signed", "wrong-name", "expired", "incomplete"}) {
        const MailboxPlayed played = perform({}, certificate);
        EXPECT_FALSE(played.sight.is_complete) << certificate;
        for (const Ask& ask : played.asks)
            EXPECT_EQ(secrets.without(ask.line), ask.line) << certificate;
    }
}

TEST_P(MailboxDialogues, ShowNoSecret) {
    for (const Ask& ask : perform().asks) {
        const std::string shown = ask.shown.empty() ? ask.line : ask.shown;
        EXPECT_EQ(secrets.without(shown), shown);
    }
}

INSTANTIATE_TEST_SUITE_P(Files, MailboxDialogues, ::testing::ValuesIn(session_files("mailboxes")),
                         [](const auto& row) { return name_of_tests(row.param); });

}  // namespace
}  // namespace mxfleet::testing
