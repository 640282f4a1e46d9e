#include "config/duration_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadFromItsText) {
    const std::pair<std::string, Duration> rows[] = {
        {"0s", 0s},
        {"250ms", 250ms},
        {"30s", 30s},
        {"5m", 5min},
        {"24h", 24h},
        {"21d", 21 * 24h},
        {"2w", 14 * 24h},
        {"1h30m", 90min},
        {"1w2d3h4m5s6ms", 9 * 24h + 3h + 4min + 5s + 6ms},
        {"007s", 7s},
        {"36500d", 36500 * 24h},
    };
    for (const auto& [text, duration] : rows) {
        const auto parsed = parse_duration(text);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error();
        EXPECT_EQ(*parsed, duration) << text;
    }
}

TEST(Duration, SaysWhatIsWrongWithATextThatIsNone) {
    const std::pair<std::string, std::string> rows[] = {
        {"", "it is empty"},
        {"5", "the unit is missing"},
        {"1h30", "the unit is missing"},
        {"s", "a whole number must come first"},
        {"-5s", "a whole number must come first"},
        {" 5s", "a whole number must come first"},
        {"5x", "the units are w, d, h, m, s and ms"},
        {"5 s", "the units are w, d, h, m, s and ms"},
        {"1.5s", "the units are w, d, h, m, s and ms"},
        {"5S", "the units are w, d, h, m, s and ms"},
        {"5us", "the units are w, d, h, m, s and ms"},
        {"30m1h", "the larger unit comes first, and each one once"},
        {"1s1s", "the larger unit comes first, and each one once"},
        {"36501d", "it is longer than a hundred years"},
        {"36500d1ms", "it is longer than a hundred years"},
        {"99999999999999999999s", "it is longer than a hundred years"},
        {"9223372036854775807w", "it is longer than a hundred years"},
    };
    for (const auto& [text, why] : rows) {
        const auto parsed = parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error(), "`" + text + "` is no duration: " + why +
                                      "; write for example \"250ms\", \"30s\", \"5m\" or \"1h30m\"");
    }
}

TEST(Duration, IsWrittenAsShortAsItCanBe) {
    const std::pair<Duration, std::string> rows[] = {
        {0s, "0s"},       {250ms, "250ms"}, {1500ms, "1s500ms"}, {60s, "1m"},
        {90min, "1h30m"}, {24h, "1d"},      {21 * 24h, "21d"},
    };
    for (const auto& [duration, text] : rows) {
        EXPECT_EQ(duration_text(duration), text);
        EXPECT_EQ(parse_duration(text), duration);
    }
}

}  // namespace
}  // namespace mxfleet
