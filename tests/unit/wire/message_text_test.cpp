#include "probes/wire/message_text.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace mxfleet {
namespace {

TEST(DotStuffed, PutsADotBeforeEachThatBeginsALine) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"a", "a\r\n"},
        {"a\r\n", "a\r\n"},
        {".", "..\r\n"},
        {".\r\n.\r\n", "..\r\n..\r\n"},
        {"a.\r\n..b\r\n", "a.\r\n...b\r\n"},
        {"\r\n\r\n.x", "\r\n\r\n..x\r\n"},
    };
    for (const auto& [message, text] : cases)
        EXPECT_EQ(dot_stuffed(message), text);
}

TEST(DotStuffed, LeavesNoEndOfTheMessageThatOnlySomeSee) {
    for (const char* const end : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r\n", "\r\n.\r", "\n.\r"})
        EXPECT_EQ(dot_stuffed("a" + std::string(end) + "MAIL FROM:<x@example.com>"),
                  "a\r\n..\r\nMAIL FROM:<x@example.com>\r\n");
}

TEST(Xtext, WritesWhatIsNoPlainCharacterInHexadecimals) {
    EXPECT_EQ(xtext("a.b@example.com"), "a.b@example.com");
    EXPECT_EQ(xtext("a+b=c d\r\n\x7f\xff"), "a+2Bb+3Dc+20d+0D+0A+7F+FF");
}

}  // namespace
}  // namespace mxfleet
