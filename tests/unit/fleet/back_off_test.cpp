#include "agent/fleet/back_off.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr WallTime wall{std::chrono::days{20'000}};
const JudgeSettings settings{.failures_to_confirm = 3, .banner_slow = 10s};

/// An endpoint, and how long it is left alone after each session.
class BackOffTest : public testing::Test {
protected:
    Duration wait_after(std::optional<Failure> failure, Duration interval = 5min) {
        auto facts = std::make_shared<SessionFacts>();
        if (failure) {
            facts->failure = std::move(failure);
        } else {
            facts->greeting = Greeting{"mx.example.com", 220, false};
            facts->hello_code = 250;
            facts->capabilities = std::make_shared<const Capabilities>();
        }
        status = after_session(status, std::move(facts), wall, settings);
        back_off = after_session(back_off, status);
        return stretched(interval, back_off);
    }

    EndpointStatus status;
    BackOff back_off;
};

const Failure refused{Phase::banner, Reason::rejected, "554 no service"};
const Failure busy{Phase::banner, Reason::temporary, "421 busy"};
const Failure silent{Phase::connect, Reason::timeout, {}};
const Failure ours{Phase::connect, Reason::local_fault, "too many open files"};

TEST_F(BackOffTest, PatienceIsGivenAtOnceAndDoublesUpToAnHour) {
    for (const Duration wait : {10min, 20min, 40min, 60min, 60min})
        EXPECT_EQ(wait_after(busy), wait);
    EXPECT_EQ(wait_after(std::nullopt), 5min);
    EXPECT_EQ(wait_after(busy), 10min) << "from the beginning";
}

TEST_F(BackOffTest, ARefusalThatIsAboutUsAsksForPatience) {
    const Failure blocked{Phase::banner, Reason::rejected, "554 5.7.1 blocked using zen.spamhaus.org"};
    for (const Duration wait : {10min, 20min, 40min, 60min})
        EXPECT_EQ(wait_after(blocked), wait);
}

TEST_F(BackOffTest, ARefusalOfEverybodyCountsOnceConfirmedAndUpToFourIntervals) {
    for (const Duration wait : {5min, 5min, 10min, 20min, 20min, 20min})
        EXPECT_EQ(wait_after(refused), wait);
    EXPECT_EQ(wait_after(std::nullopt), 5min) << "recovered";
    EXPECT_EQ(wait_after(refused), 5min) << "to be confirmed again";
}

TEST_F(BackOffTest, ARefusedHelloIsARefusal) {
    const Failure hello{Phase::ehlo, Reason::rejected, "550 go away"};
    for (const Duration wait : {5min, 5min, 10min, 20min, 20min})
        EXPECT_EQ(wait_after(hello), wait);
}

TEST_F(BackOffTest, OtherFailuresAreWatchedAsOftenAsEver) {
    for (int session = 0; session < 6; ++session)
        EXPECT_EQ(wait_after(silent), 5min);
    EXPECT_EQ(wait_after(refused), 10min) << "it is confirmed down";
    EXPECT_EQ(wait_after(silent), 5min);
}

TEST_F(BackOffTest, NoServerIsLeftAloneForMoreThanAnHourUnlessItsIntervalIsLonger) {
    for (int session = 0; session < 6; ++session)
        wait_after(refused);
    EXPECT_EQ(stretched(20min, back_off), 60min);
    EXPECT_EQ(stretched(60min, back_off), 60min);
    EXPECT_EQ(stretched(3h, back_off), 3h);
    EXPECT_EQ(stretched(1s, back_off), 4s);
}

TEST_F(BackOffTest, WhatOurOwnFaultHidesChangesNothing) {
    for (int session = 0; session < 2; ++session)
        wait_after(busy);
    EXPECT_EQ(wait_after(ours), 20min);
    status.held_back = true;
    EXPECT_EQ(wait_after(silent), 20min) << "our vantage fails";
    EXPECT_EQ(wait_after(std::nullopt), 5min) << "it answered";
}

}  // namespace
}  // namespace mxfleet
