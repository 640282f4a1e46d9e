// Phase times, failures, and times as numbers.
#include "probes/model/phase.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "probes/model/failure.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

TEST(PhaseTimes, AreEmptyUntilSet) {
    const PhaseTimes times;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        EXPECT_EQ(times[static_cast<Phase>(phase)], std::nullopt) << name(static_cast<Phase>(phase));
    }
}

TEST(PhaseTimes, HoldEachPhaseByItself) {
    for (std::size_t set = 0; set < phase_count; ++set) {
        PhaseTimes times;
        times.set(static_cast<Phase>(set), 3ms);
        for (std::size_t phase = 0; phase < phase_count; ++phase) {
            const auto expected = phase == set ? std::optional<Duration>(3ms) : std::nullopt;
            EXPECT_EQ(times[static_cast<Phase>(phase)], expected) << name(static_cast<Phase>(phase));
        }
    }
}

TEST(PhaseTimes, SayWhoseClockEachIs) {
    PhaseTimes times;
    times.set(Phase::connect, 1ms, Clock::kernel);
    times.set(Phase::banner, 1ms);
    EXPECT_EQ(times.clock(Phase::connect), Clock::kernel);
    EXPECT_EQ(times.clock(Phase::banner), Clock::user);
    times.set(Phase::connect, 1ms);
    EXPECT_EQ(times.clock(Phase::connect), Clock::user) << "the last one counts";
}

TEST(PhaseTimes, NoTimeAtAllIsATime) {
    PhaseTimes times;
    times.set(Phase::connect, 0ns);
    EXPECT_EQ(times[Phase::connect], Duration::zero());
    EXPECT_NE(times, PhaseTimes{});
}

TEST(Failure, IsTheErrorOfAResult) {
    const Result<int> result = failed(Phase::banner, Reason::rejected, "554 no");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), (Failure{Phase::banner, Reason::rejected, "554 no"}));
    EXPECT_NE(result.error(), (Failure{Phase::ehlo, Reason::rejected, "554 no"}));
}

TEST(Time, IsSecondsAsPrometheusWantsThem) {
    EXPECT_DOUBLE_EQ(seconds(1500ms), 1.5);
    EXPECT_DOUBLE_EQ(seconds(1ns), 1e-9);
    EXPECT_DOUBLE_EQ(unix_seconds(WallTime{1500ms}), 1.5);
    EXPECT_DOUBLE_EQ(unix_seconds(CertificateTime{1'800'000'000s}), 1.8e9);
}

}  // namespace
}  // namespace mxfleet
