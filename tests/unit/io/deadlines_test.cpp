#include "probes/io/deadlines.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start_of_time{1000h};

struct Recorded : Deadline {
    explicit Recorded(std::function<void()> then = [] {}) : then_(std::move(then)) {}
    void expire() override {
        ++expiries;
        then_();
    }
    int expiries = 0;
    std::function<void()> then_;
};

struct Wheel {
    Wheel() { wheel.advance(start_of_time); }
    DeadlineWheel wheel;
};

TEST(DeadlineWheel, ExpiresOnceAndNeverEarly) {
    for (const auto after : {1ms, 19ms, 20ms, 21ms, 999ms, 40'000ms, 41'000ms, 300'000ms}) {
        Wheel w;
        Recorded deadline;
        const SteadyTime now = start_of_time + 500s;
        w.wheel.advance(now);
        w.wheel.arm(deadline, now + after);
        w.wheel.advance(now + after - 1ns);
        EXPECT_EQ(deadline.expiries, 0) << after.count();
        w.wheel.advance(now + after + DeadlineWheel::tick);
        EXPECT_EQ(deadline.expiries, 1) << after.count();
        w.wheel.advance(now + 1h);
        EXPECT_EQ(deadline.expiries, 1) << after.count();
    }
}

TEST(DeadlineWheel, ATimeAlreadyPastExpiresWithTheNextAdvance) {
    Wheel w;
    Recorded deadline;
    w.wheel.arm(deadline, start_of_time - 1h);
    w.wheel.advance(start_of_time + DeadlineWheel::tick);
    EXPECT_EQ(deadline.expiries, 1);
}

TEST(DeadlineWheel, DisarmedOrDestroyedDeadlinesDoNotExpire) {
    Wheel w;
    Recorded disarmed;
    auto destroyed = std::make_unique<Recorded>();
    w.wheel.arm(disarmed, start_of_time + 1s);
    w.wheel.arm(*destroyed, start_of_time + 1s);
    disarmed.disarm();
    destroyed.reset();
    w.wheel.advance(start_of_time + 10s);
    EXPECT_EQ(disarmed.expiries, 0);
}

TEST(DeadlineWheel, RearmingMoves) {
    Wheel w;
    Recorded deadline;
    w.wheel.arm(deadline, start_of_time + 1s);
    w.wheel.arm(deadline, start_of_time + 3s);
    w.wheel.advance(start_of_time + 2s);
    EXPECT_EQ(deadline.expiries, 0);
    w.wheel.advance(start_of_time + 4s);
    EXPECT_EQ(deadline.expiries, 1);
}

TEST(DeadlineWheel, ExpiryMayArmDisarmAndDestroy) {
    Wheel w;
    Recorded neighbour;
    auto doomed = std::make_unique<Recorded>();
    Recorded again;
    again.then_ = [&] {
        neighbour.disarm();
        doomed.reset();
        if (again.expiries == 1) w.wheel.arm(again, start_of_time);
    };
    w.wheel.arm(again, start_of_time + 1s);
    w.wheel.arm(neighbour, start_of_time + 1s);
    w.wheel.arm(*doomed, start_of_time + 1s);
    w.wheel.advance(start_of_time + 2s);
    EXPECT_EQ(again.expiries, 1) << "not twice in one advance";
    w.wheel.advance(start_of_time + 3s);
    EXPECT_EQ(again.expiries, 2);
    EXPECT_EQ(neighbour.expiries, 0);
}

TEST(DeadlineWheel, GoingBeforeItsDeadlinesIsHarmless) {
    Recorded deadline;
    {
        Wheel w;
        w.wheel.arm(deadline, start_of_time + 1s);
    }
    EXPECT_FALSE(deadline.is_armed());
}

TEST(DeadlineWheel, ThousandsExpireWithinATick) {
    Wheel w;
    std::minstd_rand random(3);
    struct Timed : Deadline {
        void expire() override { expired_at = *now; }
        const SteadyTime* now = nullptr;
        SteadyTime due{}, expired_at{};
    };
    std::vector<Timed> deadlines(5000);
    SteadyTime now = start_of_time;
    for (Timed& each : deadlines) {
        each.now = &now;
        each.due = start_of_time + std::chrono::milliseconds(random() % 120'000);
        w.wheel.arm(each, each.due);
    }
    for (; now < start_of_time + 121s; now += DeadlineWheel::tick)
        w.wheel.advance(now);
    for (const Timed& each : deadlines) {
        ASSERT_GE(each.expired_at, each.due);
        ASSERT_LE(each.expired_at - each.due, 2 * DeadlineWheel::tick);
    }
}

}  // namespace
}  // namespace mxfleet
