#include "agent/web/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

namespace mxfleet {
namespace {

TEST(Workers, RunEveryJobBeforeTheyStop) {
    std::atomic<int> count = 0;
    Workers workers(3);
    for (int job = 0; job < 1000; ++job)
        workers.post([&] { ++count; });
    workers.stop();
    EXPECT_EQ(count, 1000);
}

TEST(Workers, RunAsManyAtOnceAsThereAreThreads) {
    Workers workers(3);
    std::latch all_running(4);
    for (int job = 0; job < 3; ++job)
        workers.post([&] { all_running.arrive_and_wait(); });
    all_running.arrive_and_wait();  // hangs if one has to wait for another
    workers.stop();
}

TEST(Workers, OfOneThreadRunOneAtATime) {
    Workers worker(1);
    int running = 0;  // no lock: the sanitizer would tell
    int most = 0;
    for (int job = 0; job < 100; ++job) {
        worker.post([&] {
            most = std::max(most, ++running);
            --running;
        });
    }
    worker.stop();
    EXPECT_EQ(most, 1);
}

TEST(Workers, StopTwice) {
    Workers workers(2);
    workers.stop();
    workers.stop();
}

}  // namespace
}  // namespace mxfleet
