#include "agent/fleet/published.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace mxfleet {
namespace {

TEST(Published, NullBeforeTheFirst) {
    const Published<int> nothing;
    EXPECT_EQ(nothing.read(), nullptr);
    EXPECT_EQ(*Published<int>(std::make_shared<const int>(3)).read(), 3);
}

TEST(Published, AReaderKeepsWhatItRead) {
    Published<int> value(std::make_shared<const int>(1));
    const auto read = value.read();
    value.publish(std::make_shared<const int>(2));
    EXPECT_EQ(*read, 1);
    EXPECT_EQ(*value.read(), 2);
}

/// A value whose end may publish again must not be destroyed under the lock.
TEST(Published, TheOldValueEndsOutsideTheLock) {
    struct Reading {
        const Published<Reading>* from = nullptr;
        ~Reading() {
            if (from != nullptr) from->read();
        }
    };
    Published<Reading> value;
    value.publish(std::make_shared<const Reading>(&value));
    value.publish(nullptr);
    EXPECT_EQ(value.read(), nullptr);
}

TEST(Published, ReadersSeeWholeValuesThatNeverGoBack) {
    struct Pair {
        int first, second;
    };
    constexpr int last = 20'000;
    Published<Pair> value(std::make_shared<const Pair>(0, 0));
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 2; ++reader) {
        readers.emplace_back([&] {
            int seen = 0;
            while (seen < last) {
                const auto pair = value.read();
                ASSERT_EQ(pair->first, pair->second);
                ASSERT_GE(pair->first, seen);
                seen = pair->first;
            }
        });
    }
    for (int at = 1; at <= last; ++at)
        value.publish(std::make_shared<const Pair>(at, at));
    for (std::thread& reader : readers)
        reader.join();
}

}  // namespace
}  // namespace mxfleet
