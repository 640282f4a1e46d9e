#include "probes/wire/reply_words.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

struct LineRow {
    const char* line;
    const char* words;
};

TEST(ReplyWords, OfALineAsItIsShown) {
    for (const LineRow& row : std::initializer_list<LineRow>{
             {"550 5.7.1 Relay access denied", "mailbox not available, or refused by policy: delivery not authorised"},
             {"554 5.7.1", "refused: delivery not authorised"},
             {"250 2.1.5 Ok", "done: address is good"},
             {"220 mx.example.com ESMTP", "service ready"},
             {"220", "service ready"},
             {"451 4.7.1 Greylisted", "local error, try later: delivery not authorised"},
             {"571 odd", "refused"},
             {"499", "not now, try later"},
             {"554 5.99.1 odd", "refused"},
             {"554 5.7.1.2 odd", "refused"},
             {"250 2.0.0 Ok", "done"},
             // Not the last line of a reply, or no reply at all.
             {"250-SIZE 1000", ""},
             {"250x", ""},
             {"25", ""},
             {"", ""},
             {"199 too low", ""},
             {"600 too high", ""},
             {"SSH-2.0-OpenSSH", ""},
             {"-50 minus", ""},
         }) {
        EXPECT_EQ(line_in_words(row.line), row.words) << row.line;
    }
}

TEST(ReplyWords, OfACodeWithoutAReply) {
    EXPECT_EQ(reply_in_words(0, std::nullopt), "");
    EXPECT_EQ(reply_in_words(530, EnhancedCode{5, 7, 0}), "wants TLS or authentication first: for reasons of policy");
}

/// Every code that RFC 5321 §4.2.3 lists has words of its own, but 250 and 554, which say no more than their class.
TEST(ReplyWords, KnowEveryCodeOfTheStandard) {
    for (const int code : {211, 214, 220, 221, 251, 252, 354, 421, 450, 451, 452,
                           455, 500, 501, 502, 503, 504, 550, 551, 552, 553, 555}) {
        EXPECT_NE(reply_in_words(code, std::nullopt), reply_in_words(code / 100 * 100 + 99, std::nullopt)) << code;
    }
}

}  // namespace
}  // namespace mxfleet
