// Values as people say them.
#include "probes/model/words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

struct Spoken {
    Duration duration;
    std::string_view words;
};

TEST(InWords, TakesTheUnitThatSuitsTheSize) {
    for (const auto& [duration, words] : std::vector<Spoken>{
             {0ns, "0 ms"},
             {340ms, "340 ms"},
             {1s, "1.0 s"},
             {4200ms, "4.2 s"},
             {2min, "2 minutes"},
             {12min + 59s, "12 minutes"},
             {119min, "119 minutes"},
             {2h, "2 hours"},
             {47h, "47 hours"},
             {48h, "2 days"},
             {95h, "3 days"},
         }) {
        EXPECT_EQ(in_words(duration), words);
    }
}

TEST(Counted, KnowsOneFromMany) {
    EXPECT_EQ(counted(0, "endpoint", "endpoints"), "0 endpoints");
    EXPECT_EQ(counted(1, "endpoint", "endpoints"), "1 endpoint");
    EXPECT_EQ(counted(2, "endpoint", "endpoints"), "2 endpoints");
}

TEST(Listed, SaysHowManyItLeavesOut) {
    const std::vector<std::string> items{"a", "b", "c"};
    EXPECT_EQ(listed(std::vector<std::string>{}), "");
    EXPECT_EQ(listed(items), "a, b, c");
    EXPECT_EQ(listed(items, 3), "a, b, c");
    EXPECT_EQ(listed(items, 2), "a, b and 1 more");
}

}  // namespace
}  // namespace mxfleet
