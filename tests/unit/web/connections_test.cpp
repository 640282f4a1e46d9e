#include "agent/web/connections.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using HungUp = std::vector<std::pair<int, HangUp>>;

/// Eight connections, of which two are kept free; ten seconds for a request, sixty for an answer.
class ConnectionsTest : public testing::Test {
protected:
    Connections connections_{{8, 2, 10s, 60s},
                             [this](int descriptor, HangUp how) { hung_up_.emplace_back(descriptor, how); }};
    HungUp hung_up_;

    static SteadyTime at(Duration since_start) { return SteadyTime{} + 1h + since_start; }

    /// Numbers `first` to `last`, a second apart.
    void open(int first, int last) {
        for (int descriptor = first; descriptor <= last; ++descriptor)
            connections_.opened(descriptor, at(std::chrono::seconds{descriptor}));
    }
};

TEST_F(ConnectionsTest, AreCutWhenTheRequestDoesNotCome) {
    connections_.opened(1, at(0s));
    connections_.hang_up_on_late(at(10s));
    EXPECT_EQ(hung_up_, HungUp{});
    connections_.hang_up_on_late(at(10s + 1ms));
    EXPECT_EQ(hung_up_, (HungUp{{1, HangUp::orderly}}));
}

TEST_F(ConnectionsTest, AreCutOnce) {
    connections_.opened(1, at(0s));
    connections_.hang_up_on_late(at(11s));
    connections_.hang_up_on_late(at(12s));
    connections_.waits(1, at(12s));
    connections_.hang_up_on_late(at(30s));
    EXPECT_EQ(hung_up_.size(), 1U);
}

TEST_F(ConnectionsTest, MayWaitForTheirAnswer) {
    connections_.opened(1, at(0s));
    connections_.works(1);
    connections_.hang_up_on_late(at(24h));
    EXPECT_EQ(hung_up_, HungUp{});
}

TEST_F(ConnectionsTest, AreCutAtOnceWhenTheAnswerIsNotTaken) {
    connections_.opened(1, at(0s));
    connections_.works(1);
    connections_.answers(1, at(5s));
    connections_.hang_up_on_late(at(65s));
    EXPECT_EQ(hung_up_, HungUp{});
    connections_.hang_up_on_late(at(66s));
    EXPECT_EQ(hung_up_, (HungUp{{1, HangUp::at_once}}));
}

TEST_F(ConnectionsTest, HaveTheSameTimeForEachRequest) {
    connections_.opened(1, at(0s));
    connections_.answers(1, at(5s));
    connections_.waits(1, at(20s));
    connections_.hang_up_on_late(at(30s));
    EXPECT_EQ(hung_up_, HungUp{});
    connections_.hang_up_on_late(at(31s));
    EXPECT_EQ(hung_up_.size(), 1U);
}

TEST_F(ConnectionsTest, MakeRoomWhenItGetsCrowded) {
    open(1, 6);
    EXPECT_EQ(hung_up_, HungUp{});
    open(7, 7);
    EXPECT_EQ(hung_up_, (HungUp{{1, HangUp::orderly}}));
    open(8, 8);
    EXPECT_EQ(hung_up_, (HungUp{{1, HangUp::orderly}, {2, HangUp::orderly}}));
}

TEST_F(ConnectionsTest, MakeRoomAtTheCostOfWhoHasWaitedLongest) {
    open(1, 6);
    connections_.answers(1, at(7s));
    connections_.works(2);
    connections_.waits(3, at(20s));
    open(30, 30);
    EXPECT_EQ(hung_up_, (HungUp{{4, HangUp::orderly}}));
}

TEST_F(ConnectionsTest, MakeRoomAtTheCostOfTheLongestAnswerIfNobodyWaits) {
    open(1, 6);
    for (int descriptor = 1; descriptor <= 6; ++descriptor)
        connections_.answers(descriptor, at(10s - std::chrono::seconds{descriptor}));
    connections_.works(6);
    open(7, 7);
    EXPECT_EQ(hung_up_, (HungUp{{5, HangUp::at_once}}));
}

TEST_F(ConnectionsTest, NeverLoseARequestThatIsWorkedOn) {
    open(1, 6);
    for (int descriptor = 1; descriptor <= 6; ++descriptor)
        connections_.works(descriptor);
    open(7, 7);
    EXPECT_EQ(hung_up_, HungUp{});
    open(8, 8);  // 7 waits, and is the only one
    EXPECT_EQ(hung_up_, (HungUp{{7, HangUp::orderly}}));
}

TEST_F(ConnectionsTest, HaveRoomUntilTheyAreClosed) {
    open(1, 8);
    EXPECT_EQ(hung_up_.size(), 2U);
    EXPECT_FALSE(connections_.has_room());
    connections_.closed(1);
    EXPECT_TRUE(connections_.has_room());
    connections_.opened(1, at(20s));
    EXPECT_FALSE(connections_.has_room());
}

TEST_F(ConnectionsTest, AreForgottenWhenClosed) {
    connections_.opened(1, at(0s));
    connections_.closed(1);
    connections_.answers(1, at(1s));
    connections_.hang_up_on_late(at(1h));
    EXPECT_EQ(hung_up_, HungUp{});
}

}  // namespace
}  // namespace mxfleet
