// Times that the kernel takes: what of them is believed, and that they are those of the arrival.
#include "probes/io/kernel_time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <thread>

#include "tests/unit/io/kernel_stamps.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime now{1000s};
constexpr Duration wall = 1'800'000'000s;

TEST(Arrival, IsAsLongAgoByTheSteadyClockAsByTheWallClock) {
    const Moment moment = arrival(wall - 7ms, wall, now, now - 100ms);
    EXPECT_EQ(moment.at, now - 7ms);
    EXPECT_EQ(moment.clock, Clock::kernel);
}

TEST(Arrival, MayBeTheMomentOfAskingOrOfReading) {
    EXPECT_EQ(arrival(wall - 100ms, wall, now, now - 100ms).clock, Clock::kernel);
    EXPECT_EQ(arrival(wall, wall, now, now - 100ms).clock, Clock::kernel);
}

TEST(Arrival, IsOursWhenTheWallClockWasSetInBetween) {
    for (const Duration step : {-3600s, 3600s}) {
        const Moment moment = arrival(wall - 7ms, wall + step, now, now - 100ms);
        EXPECT_EQ(moment.at, now);
        EXPECT_EQ(moment.clock, Clock::user);
    }
}

tcp_info after(std::uint32_t microseconds) {
    tcp_info info{};
    info.tcpi_rtt = microseconds;
    return info;
}

TEST(Establishment, IsWhenTheKernelSawIt) {
    const Moment moment = establishment(after(2000), now - 50ms, now);
    EXPECT_EQ(moment.at, now - 48ms);
    EXPECT_EQ(moment.clock, Clock::kernel);
}

TEST(Establishment, IsOursWhereTheKernelCannotTellOrCannotBeRight) {
    tcp_info sent_again = after(2000);
    sent_again.tcpi_total_retrans = 1;
    for (const tcp_info& info : {after(0), after(50'001), sent_again}) {
        const Moment moment = establishment(info, now - 50ms, now);
        EXPECT_EQ(moment.at, now);
        EXPECT_EQ(moment.clock, Clock::user);
    }
}

TEST(TimedReceive, TellsWhenItCameHoweverLateItIsRead) {
    ASSERT_TRUE(kernel_stamps());
    const LoopbackPair pair;
    const SteadyTime before = user_moment().at;
    pair.send('x');
    const SteadyTime sent = user_moment().at;
    std::this_thread::sleep_for(50ms);  // what is not to be measured
    std::array<char, 8> room;
    const TimedRead read = timed_receive(pair.reader(), room, before);
    EXPECT_EQ(read.result, 1);
    EXPECT_EQ(room[0], 'x');
    EXPECT_EQ(read.arrived.clock, Clock::kernel);
    EXPECT_GE(read.arrived.at, before);
    EXPECT_LT(read.arrived.at, sent + 25ms);
}

TEST(TimedReceive, DoesNotWait) {
    const LoopbackPair pair;
    std::array<char, 8> room;
    EXPECT_EQ(timed_receive(pair.reader(), room, {}).result, -1);
    EXPECT_EQ(errno, EAGAIN);
}

}  // namespace
}  // namespace mxfleet::testing
