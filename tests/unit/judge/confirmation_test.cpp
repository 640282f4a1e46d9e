#include "agent/judge/confirmation.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace mxfleet {
namespace {

/// What is held after these sessions: s success, f failure, u unknown, - skipped; three confirm.
Confirmation after(std::string_view sessions, std::uint32_t to_confirm = 3) {
    Confirmation held;
    for (const char session : sessions) {
        const auto result = session == 's'   ? std::optional(ProbeResult::success)
                            : session == 'f' ? std::optional(ProbeResult::failure)
                            : session == 'u' ? std::optional(ProbeResult::unknown)
                                             : std::nullopt;
        held = confirm(held, result, to_confirm);
    }
    return held;
}

struct Row {
    std::string_view sessions;
    Confirmed held;
};

TEST(Confirmation, BadAfterSeveralAndGoodAtOnce) {
    constexpr auto nothing = Confirmed::nothing_yet;
    constexpr auto up = Confirmed::up;
    constexpr auto down = Confirmed::down;
    constexpr auto unknown = Confirmed::unknown;
    for (const Row& row : {
             Row{"", nothing},       Row{"-", nothing},     Row{"s", up},  // first looks
             Row{"f", nothing},      Row{"ff", nothing},    Row{"fff", down},  Row{"uu", nothing},
             Row{"uuu", unknown},    Row{"sff", up},        Row{"sfff", down}, Row{"sfffs", up},  // from up and back
             Row{"sffsff", up},                                                                   // not in a row
             Row{"suu", up},         Row{"suuu", unknown},  Row{"suuus", up},  Row{"sfu", up},
             Row{"sfuf", unknown},  // neither confirms, yet it is up no more
             Row{"sfuff", unknown},  Row{"sfufff", down},   Row{"fffu", down}, Row{"fffuu", down},
             Row{"fffuuu", unknown}, Row{"sf--f--f", down},  // what was skipped does not count
         }) {
        EXPECT_EQ(after(row.sessions).confirmed, row.held) << row.sessions;
    }
}

TEST(Confirmation, OneIsEnoughWhereOneIsAskedFor) {
    EXPECT_EQ(after("f", 1).confirmed, Confirmed::down);
    EXPECT_EQ(after("u", 1).confirmed, Confirmed::unknown);
    EXPECT_EQ(after("fu", 1).confirmed, Confirmed::unknown);
}

TEST(Confirmation, CountsInARow) {
    EXPECT_EQ(after("ffu").failures, 0u);
    EXPECT_EQ(after("ffuff").failures, 2u);
    EXPECT_EQ(after("fffff").failures, 5u);
    EXPECT_EQ(after("ffs").failures, 0u);
    EXPECT_EQ(after("ffuu").not_success, 4u);
}

TEST(Confirmation, IsAwaitedFromTheFirstBadSessionToTheLastThatDecides) {
    EXPECT_FALSE(awaits_confirmation(after("s"), 3));
    EXPECT_TRUE(awaits_confirmation(after("sf"), 3));
    EXPECT_TRUE(awaits_confirmation(after("sfu"), 3));
    EXPECT_FALSE(awaits_confirmation(after("sfff"), 3));
    EXPECT_FALSE(awaits_confirmation(after("f", 1), 1));
}

}  // namespace
}  // namespace mxfleet
