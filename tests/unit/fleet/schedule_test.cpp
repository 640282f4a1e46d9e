#include "agent/fleet/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start_of_time{1000h};

IpAddress ip(unsigned network, unsigned host) {
    return IpAddress::v4({127, static_cast<std::uint8_t>(network / 256), static_cast<std::uint8_t>(network % 256),
                          static_cast<std::uint8_t>(host)});
}

Schedule::Limits relaxed() {
    return {.per_ip_gap = 0s, .per_network = 1000, .concurrency = 1000};
}

TEST(NextOnGrid, IsAfterAndWithinOneInterval) {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        const SteadyTime next = next_on_grid(start_of_time, 5min, seed);
        EXPECT_GT(next, start_of_time);
        EXPECT_LE(next, start_of_time + 5min);
    }
}

TEST(NextOnGrid, StaysPut) {
    const SteadyTime first = next_on_grid(start_of_time, 5min, 42);
    EXPECT_EQ(next_on_grid(first, 5min, 42), first + 5min);
    EXPECT_EQ(next_on_grid(first - 1ns, 5min, 42), first);
    EXPECT_EQ(next_on_grid(first + 2min, 5min, 42), first + 5min);
}

TEST(NextOnGrid, SpreadsNeighbouringSeedsEvenly) {
    std::map<int, int> per_tenth;
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
        const auto tenth = (next_on_grid(start_of_time, 100s, seed) - start_of_time - 1ns) / 10s;
        ++per_tenth[static_cast<int>(tenth)];
    }
    ASSERT_EQ(per_tenth.size(), 10u);
    for (const auto& [tenth, count] : per_tenth)
        EXPECT_NEAR(count, 1000, 150) << tenth;
}

TEST(Turns, LieBehindTheGridTheyGoBy) {
    const Turns primary{.seed = 42};
    const Turns backup{.seed = 42, .behind = 20s};
    EXPECT_EQ(backup.next(start_of_time, 5min), primary.next(start_of_time, 5min) + 20s);
    const SteadyTime turn = primary.next(start_of_time, 5min);
    EXPECT_EQ(primary.after_start(turn + 2s, 5min, 5min), turn + 5min);
    EXPECT_EQ(backup.after_start(turn + 22s, 5min, 5min), turn + 5min + 20s);
}

TEST(Turns, KeepTheGridWhileTurnsAreLeftOut) {
    const Turns turns{.seed = 42, .behind = 20s};
    const SteadyTime turn = turns.next(start_of_time, 5min);
    EXPECT_EQ(turns.after_start(turn + 2s, 5min, 20min), turn + 20min) << "just as long as it says";
    EXPECT_EQ(turns.after_start(turn + 20min, 5min, 5min), turn + 25min) << "no longer than it says";
}

/// Whenever either came first, by retry or at start: nobody's second turn is before the turn of whom it goes after.
TEST(Turns, FollowAlsoFromAnyFirstStart) {
    constexpr auto interval = 300s;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        for (auto into = 0s; into < interval; into += 7s) {
            const SteadyTime first = start_of_time + into;
            const Turns primary{.seed = seed};
            const Turns backup{.seed = seed, .behind = 40s};
            EXPECT_GT(backup.after_start(first + 10ms, interval, interval),
                      primary.after_start(first, interval, interval));
        }
    }
}

TEST(Schedule, StartsWhatIsDueInOrder) {
    Schedule schedule(relaxed());
    const TargetId late = schedule.add(ip(0, 1), start_of_time + 2s);
    const TargetId early = schedule.add(ip(0, 2), start_of_time + 1s);
    EXPECT_FALSE(schedule.next(start_of_time));
    EXPECT_EQ(schedule.wakeup(), start_of_time + 1s);
    EXPECT_EQ(schedule.next(start_of_time + 3s)->target, early);
    EXPECT_EQ(schedule.next(start_of_time + 3s)->target, late);
    EXPECT_FALSE(schedule.next(start_of_time + 3s));
    EXPECT_EQ(schedule.in_flight(), 2u);
}

TEST(Schedule, StartsManyInOrderWhateverWasMovedBefore) {
    Schedule schedule(relaxed());
    std::minstd_rand random(11);
    const auto some_time = [&] { return start_of_time + std::chrono::milliseconds(random() % 10'000); };
    std::map<TargetId, SteadyTime> dues;
    for (unsigned at = 0; at < 900; ++at) {
        const SteadyTime due = some_time();
        dues[schedule.add(ip(at % 300, 1), due)] = due;  // three on each address
    }
    for (TargetId target = 0; target < 900; target += 2)
        schedule.reschedule(target, dues[target] = some_time());
    for (TargetId target = 0; target < 900; target += 7) {
        schedule.remove(target);
        dues.erase(target);
    }
    while (!dues.empty()) {
        const auto first = std::ranges::min_element(dues, {}, [](const auto& each) { return each.second; });
        ASSERT_EQ(schedule.wakeup(), first->second);
        const auto started = schedule.next(first->second);
        ASSERT_TRUE(started);
        ASSERT_EQ(dues.at(started->target), first->second);
        schedule.finished(started->target, first->second, start_of_time + 1h);
        dues.erase(started->target);
    }
}

TEST(Schedule, LagIsStartedMinusDue) {
    Schedule schedule(relaxed());
    schedule.add(ip(0, 1), start_of_time);
    EXPECT_EQ(schedule.first_turn(), start_of_time);
    EXPECT_EQ(schedule.next(start_of_time + 70ms)->lag, 70ms);
    EXPECT_FALSE(schedule.first_turn());
}

TEST(Schedule, AFinishedTargetComesAgain) {
    Schedule schedule(relaxed());
    const TargetId target = schedule.add(ip(0, 1), start_of_time);
    ASSERT_TRUE(schedule.next(start_of_time));
    EXPECT_FALSE(schedule.wakeup());
    schedule.finished(target, start_of_time + 1s, start_of_time + 5min);
    EXPECT_EQ(schedule.wakeup(), start_of_time + 5min);
    EXPECT_EQ(schedule.next(start_of_time + 5min)->target, target);
}

TEST(Schedule, KeepsTheGapBetweenStartsOnOneAddress) {
    Schedule schedule({.per_ip_gap = 10s, .per_network = 100, .concurrency = 100});
    const TargetId a = schedule.add(ip(0, 1), start_of_time);
    const TargetId b = schedule.add(ip(0, 1), start_of_time + 1s);
    ASSERT_EQ(schedule.next(start_of_time + 1s)->target, a);
    EXPECT_FALSE(schedule.next(start_of_time + 2s)) << "one in flight is enough for an address";
    schedule.finished(a, start_of_time + 2s, start_of_time + 1h);
    EXPECT_EQ(schedule.wakeup(), start_of_time + 11s);
    const auto second = schedule.next(start_of_time + 11s);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->target, b);
    EXPECT_EQ(second->lag, 0s) << "waiting for politeness is not lag";
    EXPECT_EQ(schedule.deferred()[static_cast<std::size_t>(Deferral::ip)], 1u);
}

TEST(Schedule, AnAddressThatComesBackHasNotForgottenItsGap) {
    Schedule schedule({.per_ip_gap = 10s, .per_network = 100, .concurrency = 100});
    const TargetId gone = schedule.add(ip(0, 1), start_of_time);
    ASSERT_TRUE(schedule.next(start_of_time));
    schedule.finished(gone, start_of_time + 1s, start_of_time + 5min);
    schedule.remove(gone);
    schedule.add(ip(0, 1), start_of_time + 2s);
    EXPECT_FALSE(schedule.next(start_of_time + 9s));
    EXPECT_TRUE(schedule.next(start_of_time + 10s));
}

TEST(Schedule, BoundsWhatIsInFlightOnOneNetwork) {
    Schedule schedule({.per_ip_gap = 0s, .per_network = 2, .concurrency = 100});
    std::vector<TargetId> targets;
    for (unsigned host = 1; host <= 4; ++host)
        targets.push_back(schedule.add(ip(7, host), start_of_time));
    const TargetId elsewhere = schedule.add(ip(8, 1), start_of_time);
    std::vector<TargetId> started;
    while (const auto start = schedule.next(start_of_time))
        started.push_back(start->target);
    EXPECT_EQ(started.size(), 3u) << "two of the full network and the one elsewhere";
    EXPECT_NE(std::ranges::find(started, elsewhere), started.end());
    EXPECT_EQ(schedule.deferred()[static_cast<std::size_t>(Deferral::network)], 2u);

    const auto first = std::ranges::find_if(started, [&](TargetId each) { return each != elsewhere; });
    schedule.finished(*first, start_of_time + 4s, start_of_time + 1h);
    const auto released = schedule.next(start_of_time + 5s);
    ASSERT_TRUE(released);
    EXPECT_EQ(released->lag, 1s) << "counted from when the network had room";
    EXPECT_FALSE(schedule.next(start_of_time + 5s));
}

TEST(Schedule, BoundsWhatIsInFlightAtAll) {
    Schedule schedule({.per_ip_gap = 0s, .per_network = 100, .concurrency = 2});
    std::vector<TargetId> targets;
    for (unsigned network = 1; network <= 3; ++network)
        targets.push_back(schedule.add(ip(network, 1), start_of_time));
    ASSERT_TRUE(schedule.next(start_of_time));
    ASSERT_TRUE(schedule.next(start_of_time));
    EXPECT_FALSE(schedule.next(start_of_time));
    EXPECT_FALSE(schedule.wakeup()) << "only a finished flight can help";
    EXPECT_EQ(schedule.first_turn(), start_of_time) << "our own limit is lag";
}

TEST(Schedule, ARemovedTargetIsNotStarted) {
    Schedule schedule(relaxed());
    const TargetId gone = schedule.add(ip(0, 1), start_of_time);
    const TargetId stays = schedule.add(ip(0, 1), start_of_time + 1s);
    schedule.remove(gone);
    EXPECT_EQ(schedule.size(), 1u);
    EXPECT_EQ(schedule.next(start_of_time + 1s)->target, stays);
    EXPECT_FALSE(schedule.next(start_of_time + 1s));
}

TEST(Schedule, ATargetRemovedInFlightLandsAndIsGone) {
    Schedule schedule(relaxed());
    const TargetId target = schedule.add(ip(0, 1), start_of_time);
    ASSERT_TRUE(schedule.next(start_of_time));
    schedule.remove(target);
    EXPECT_NE(schedule.add(ip(0, 2), start_of_time + 1h), target) << "its id is still in use";
    schedule.finished(target, start_of_time + 1s, start_of_time + 2s);
    EXPECT_EQ(schedule.in_flight(), 0u);
    EXPECT_FALSE(schedule.next(start_of_time + 3s));
    EXPECT_EQ(schedule.targets_on(ip(0, 1)), 0u);
}

TEST(Schedule, RemovingAParkedAddressLeavesTheOthersTheirTurn) {
    Schedule schedule({.per_ip_gap = 0s, .per_network = 1, .concurrency = 100});
    const TargetId flies = schedule.add(ip(1, 1), start_of_time);
    const TargetId parked = schedule.add(ip(1, 2), start_of_time + 1ms);
    const TargetId next = schedule.add(ip(1, 3), start_of_time + 2ms);
    ASSERT_EQ(schedule.next(start_of_time + 1s)->target, flies);
    ASSERT_FALSE(schedule.next(start_of_time + 1s));
    schedule.remove(parked);
    schedule.finished(flies, start_of_time + 2s, start_of_time + 1h);
    const auto started = schedule.next(start_of_time + 2s);
    ASSERT_TRUE(started);
    EXPECT_EQ(started->target, next);
}

TEST(Schedule, CanBeMovedForwardAndBack) {
    Schedule schedule(relaxed());
    const TargetId target = schedule.add(ip(0, 1), start_of_time + 1h);
    schedule.reschedule(target, start_of_time + 1s);
    EXPECT_EQ(schedule.wakeup(), start_of_time + 1s);
    schedule.reschedule(target, start_of_time + 2h);
    EXPECT_FALSE(schedule.next(start_of_time + 1h));
    EXPECT_TRUE(schedule.next(start_of_time + 2h));
}

/// A fleet of all kinds under tight limits for simulated hours: nobody starves, nobody is hurried.
TEST(Schedule, HoldsItsPromisesOverTime) {
    constexpr auto gap = 2s;
    constexpr auto interval = 60s;
    Schedule schedule({.per_ip_gap = gap, .per_network = 3, .concurrency = 50});
    struct Probe {
        IpAddress ip;
        SteadyTime last_start{};
        int starts = 0;
    };
    std::map<TargetId, Probe> probes;
    for (unsigned at = 0; at < 600; ++at) {
        const IpAddress address = at < 20 ? ip(500, 1) : ip(at % 60, at % 7);
        probes[schedule.add(address, next_on_grid(start_of_time, interval, at))] = {address};
    }
    std::map<IpAddress, SteadyTime> last_on_ip;
    std::map<IpNetwork, unsigned> on_network;
    std::multimap<SteadyTime, TargetId> landings;
    std::minstd_rand random(7);

    for (SteadyTime now = start_of_time; now < start_of_time + 1h; now += 50ms) {
        while (!landings.empty() && landings.begin()->first <= now) {
            const TargetId target = landings.begin()->second;
            landings.erase(landings.begin());
            --on_network[politeness_network(probes[target].ip)];
            schedule.finished(target, now, next_on_grid(probes[target].last_start + interval / 2, interval, target));
        }
        while (const auto start = schedule.next(now)) {
            Probe& probe = probes.at(start->target);
            ASSERT_GE(now - last_on_ip[probe.ip], gap);
            ASSERT_LE(++on_network[politeness_network(probe.ip)], 3u);
            last_on_ip[probe.ip] = now;
            probe.last_start = now;
            ++probe.starts;
            landings.emplace(now + std::chrono::milliseconds(random() % 1500), start->target);
        }
        ASSERT_LE(schedule.in_flight(), 50u);
    }
    for (const auto& [target, probe] : probes)
        EXPECT_NEAR(probe.starts, 60, 2) << probe.ip.text();
}

/// What is brought forward goes behind what is due already, and waits for the gap as anything does.
TEST(Schedule, ATurnThatIsBroughtForwardKeepsTheOrderAndTheGap) {
    Schedule schedule({.per_ip_gap = 10s, .per_network = 1000, .concurrency = 1000});
    const TargetId waiting = schedule.add(ip(1, 1), start_of_time - 1s);
    const TargetId hurried = schedule.add(ip(1, 1), start_of_time + 1h);
    EXPECT_LE(schedule.free_at(hurried), start_of_time);
    schedule.reschedule(hurried, start_of_time);
    EXPECT_EQ(schedule.next(start_of_time)->target, waiting);
    schedule.finished(waiting, start_of_time, start_of_time + 1h);
    EXPECT_EQ(schedule.free_at(hurried), start_of_time + 10s);
    EXPECT_FALSE(schedule.next(start_of_time + 9s));
    EXPECT_EQ(schedule.next(start_of_time + 10s)->target, hurried);
}

}  // namespace
}  // namespace mxfleet
