#include "agent/judge/relay_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace mxfleet {
namespace {

using testing::HasSubstr;

constexpr WallTime first_day{std::chrono::days{20'000}};
constexpr auto a_day = std::chrono::days{1};

/// A run in short: "C1=250 R01=554 R02=-": `-` stands for a lost connection.
RelayFacts run(const std::string& forms) {
    RelayFacts facts;
    std::istringstream words(forms);
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        const auto form = std::ranges::find(relay_forms, word.substr(0, equals), &RelayForm::id);
        const std::string reply = word.substr(equals + 1);
        RelayFormFacts& entry = facts.forms.emplace_back();
        entry.form = &*form;
        if (reply == "-") continue;
        entry.code = std::stoi(reply);
        entry.text = "said";
        entry.outcome = reply == "530"    ? FormOutcome::login_wanted
                        : reply[0] == '2' ? FormOutcome::accepted
                        : reply[0] == '5' ? FormOutcome::closed
                                          : FormOutcome::temporary;
    }
    return facts;
}

RelayStatus after(std::initializer_list<const char*> runs) {
    RelayStatus status;
    WallTime now = first_day;
    for (const char* each : runs) {
        status = after_run(status, run(each), now);
        now += a_day;
    }
    return status;
}

constexpr auto closed = "C1=250 R01=554 R02=554 R03=554";
constexpr auto greylisted = "C1=451";
constexpr auto refused = "C1=554";
constexpr auto relays = "C1=250 R01=250 R02=554 R03=554";

TEST(RelayVerdict, OfOneRun) {
    struct Row {
        const char* run;
        RelayState state;
        const char* reason;
    };
    for (const Row& row : {
             Row{closed, RelayState::closed, ""},
             Row{relays, RelayState::suspected, "R01"},
             Row{"C1=251 R01=554 R02=251 R03=554", RelayState::suspected, "R02"},
             Row{greylisted, RelayState::unknown, "greylisted"},
             Row{refused, RelayState::unknown, "blocked_us"},
             Row{"C1=-", RelayState::unknown, "interrupted"},
             Row{"", RelayState::unknown, "interrupted"},
             Row{"C1=250 R01=554", RelayState::unknown, "inconclusive"},
             Row{"C1=250 R01=554 R02=450 R03=554", RelayState::unknown, "inconclusive"},
             Row{"C1=250 R01=554 R02=554 R03=-", RelayState::unknown, "inconclusive"},
             // Who wants a login first has answered, be it at the control; who lets one form by has not.
             Row{"C1=530 R01=530 R02=530 R03=530", RelayState::closed, ""},
             Row{"C1=530 R01=530 R02=250 R03=530", RelayState::suspected, "R02"},
             Row{"C1=250 R01=554 R02=530 R03=554", RelayState::closed, ""},
             Row{"C1=530", RelayState::unknown, "inconclusive"},
             // A weak form counts only where the controls beside it were refused.
             Row{"C1=250 R01=554 R02=554 R03=554 R10=250", RelayState::closed, ""},
             Row{"C1=250 C2=550 C3=550 R01=554 R02=554 R03=554 R10=250", RelayState::suspected, "R10"},
             Row{"C1=250 C2=250 C3=550 R01=554 R02=554 R03=554 R10=250", RelayState::closed, ""},
         }) {
        EXPECT_EQ(judge_relay(run(row.run)), (RelayVerdict{row.state, row.reason})) << row.run;
    }
}

TEST(RelayStatus, UnknownNeverOverwritesItAges) {
    const RelayStatus status = after({closed, greylisted});
    EXPECT_EQ(status.state, RelayState::closed);
    EXPECT_EQ(status.conclusive_at, first_day);
    EXPECT_EQ(after({relays, refused}).state, RelayState::suspected);
}

TEST(RelayStatus, IsUnknownOnlyWhereThereNeverWasAVerdict) {
    const RelayStatus status = after({greylisted, refused});
    EXPECT_EQ(status.state, RelayState::unknown);
    EXPECT_EQ(status.reason, "blocked_us");
    EXPECT_FALSE(status.conclusive_at);
    EXPECT_EQ(after({greylisted, closed}).state, RelayState::closed);
}

TEST(RelayStatus, ASuspicionStaysUntilItsOwnFormIsClosed) {
    EXPECT_EQ(after({relays, closed}).state, RelayState::closed);
    const auto weak = "C1=250 C2=550 C3=550 R01=554 R02=554 R03=554 R10=250";
    EXPECT_EQ(after({weak, closed}).state, RelayState::suspected) << "R10 was not asked again";
    EXPECT_EQ(after({weak, closed}).reason, "R10");
    EXPECT_EQ(after({weak, "C1=250 R01=554 R02=554 R03=554 R10=550"}).state, RelayState::closed);
    EXPECT_EQ(after({weak, "C1=530 R01=530 R02=530 R03=530 R10=530"}).state, RelayState::closed);
}

TEST(RelayStatus, IsOpenOnceAMessageSentByTheFormHasArrivedUntilThatIsClosed) {
    const auto later = first_day + a_day;
    const RelayStatus open = after_arrival(after({relays}), "R01", later);
    EXPECT_EQ(open.state, RelayState::open);
    EXPECT_EQ(open.conclusive_at, later);
    EXPECT_EQ(judge_relay_status(open)->code, FindingCode("relay.open"));
    EXPECT_THAT(judge_relay_status(open)->summary, HasSubstr("a message sent so has arrived"));
    for (const char* const run_of_open :
         {relays, greylisted, "C1=250 R01=450 R02=250 R03=554", "C1=250 R02=554 R03=554"})
        EXPECT_EQ(after_run(open, run(run_of_open), later).state, RelayState::open) << run_of_open;
    EXPECT_EQ(after_run(open, run(closed), later).state, RelayState::closed);
    EXPECT_EQ(after_run(open, run("C1=250 R01=554 R02=250 R03=554"), later).state, RelayState::suspected);
}

TEST(RelayStatus, AnArrivalProvesNothingOfAnotherForm) {
    EXPECT_EQ(after_arrival(after({relays}), "R02", first_day).state, RelayState::suspected);
    EXPECT_EQ(after_arrival(after({closed}), "R01", first_day).state, RelayState::closed);
}

TEST(RelayStatus, NotTestedLeavesWhatWasKnown) {
    EXPECT_EQ(not_tested({}, "no_recipient").reason, "no_recipient");
    EXPECT_EQ(not_tested(after({relays}), "no_recipient").state, RelayState::suspected);
}

TEST(RelayStatus, SaysWhatItIs) {
    EXPECT_FALSE(judge_relay_status(after({closed})));
    EXPECT_EQ(judge_relay_status(after({relays}))->code, FindingCode("relay.suspected"));
    EXPECT_THAT(judge_relay_status(after({relays}))->summary, HasSubstr("form R01 was accepted: 250 said"));
    EXPECT_EQ(judge_relay_status(after({greylisted}))->code, FindingCode("relay.unknown"));
    EXPECT_EQ(judge_relay_status(not_tested({}, "no_recipient"))->code, FindingCode("relay.not_tested"));
    EXPECT_FALSE(judge_relay_status(not_tested({}, "disabled"))) << "somebody wanted it so";
}

TEST(RelayStatus, SaysThatAnAcceptAllServerProvesNothing) {
    const RelayStatus status = after({"C1=250 C2=250 R01=250 R02=250 R03=250"});
    EXPECT_EQ(status.state, RelayState::suspected);
    EXPECT_THAT(judge_relay_status(status)->summary, HasSubstr("accepts every recipient"));
}

}  // namespace
}  // namespace mxfleet
