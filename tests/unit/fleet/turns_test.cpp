// When backups have their turns: behind their primaries, round for round (CHECKS §1).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <ranges>

#include "agent/fleet/targets.hpp"
#include "tests/unit/fleet/some_targets.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

FoundEndpoint at(const std::string& ip, std::uint16_t preference) {
    return {preference, {"mx." + ip, *IpAddress::parse(ip), 25}, {}};
}

FoundEndpoint numbered(int number, std::uint16_t preference, std::optional<Failure> skip = {}) {
    FoundEndpoint endpoint = at("192.0.2." + std::to_string(number), preference);
    endpoint.skip = std::move(skip);
    return endpoint;
}

/// The turns of endpoints, by their numbers.
class TurnsTest : public testing::Test {
protected:
    void set(const std::string& name, const std::vector<FoundEndpoint>& endpoints) {
        targets.set_endpoints(*targets.find(name), endpoints, start, wall);
    }

    void learn() {
        for (Assignment& each : targets.take_changes(start).assignments)
            wanted.insert_or_assign(each.cell->key, std::move(each));
    }

    Turns turns(int number) const { return wanted.at(numbered(number, 0).key).turns; }

    static Duration phase(int number, Duration interval) {
        return phase_on_grid(interval, std::hash<EndpointKey>{}(numbered(number, 0).key));
    }

    const TargetTerms terms{.interval = 5min, .port = 25, .max_endpoints = 4};
    Targets targets{terms};
    std::map<EndpointKey, Assignment> wanted;
};

TEST_F(TurnsTest, APrimaryHasItsOwn) {
    targets.set_domains({domain("a.example"), domain("b.example")}, start);
    set("a.example", {numbered(1, 10), numbered(2, 20)});
    set("b.example", {numbered(2, 5)});
    learn();
    EXPECT_NE(turns(1).seed, turns(2).seed) << "the primary of any domain counts as one";
    EXPECT_EQ(turns(1).behind, Duration{});
    EXPECT_EQ(turns(2).behind, Duration{});
}

TEST_F(TurnsTest, ABackupGoesBehindItsPrimaryByPreference) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {numbered(1, 10), numbered(2, 20), numbered(3, 20), numbered(4, 30)});
    learn();
    for (const int backup : {2, 3, 4})
        EXPECT_EQ(turns(backup).seed, turns(1).seed);
    EXPECT_NE(turns(2).behind, turns(3).behind);
    for (const int second : {2, 3}) {
        EXPECT_GT(turns(second).behind, Duration{5min} / 16);
        EXPECT_LE(turns(second).behind, Duration{5min} / 8);
    }
    EXPECT_GT(turns(4).behind, Duration{5min} * 3 / 16);
    EXPECT_LE(turns(4).behind, Duration{5min} / 4);
}

TEST_F(TurnsTest, ABackupGoesBehindTheLastPrimaryOfTheRound) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {numbered(1, 10), numbered(2, 10), numbered(3, 10), numbered(4, 20)});
    learn();
    // The round begins with the turn of the first by name.
    const auto in_round = [](int number) {
        return (phase(number, 5min) - phase(1, 5min) + Duration{5min}) % Duration{5min};
    };
    const int last = in_round(2) > in_round(3) ? 2 : 3;
    EXPECT_EQ(turns(4).seed, turns(last).seed);
}

TEST_F(TurnsTest, ABackupOfManyGoesWithTheShortestIntervalAndThenTheFirstByName) {
    targets.set_domains({domain("c.example"), domain("b.example"), domain("a.example")}, start);
    set("c.example", {numbered(3, 10), numbered(4, 20)});
    set("b.example", {numbered(2, 10), numbered(4, 20)});
    set("a.example", {numbered(1, 10), numbered(4, 20)});
    learn();
    EXPECT_EQ(turns(4).seed, turns(1).seed);
    targets.set_domains({domain("a.example"), domain("b.example"), domain("c.example", {.interval = 1min})}, start);
    learn();
    EXPECT_EQ(turns(4).seed, turns(3).seed);
    targets.set_domains({domain("b.example")}, start);
    learn();
    EXPECT_EQ(turns(4).seed, turns(2).seed);
}

TEST_F(TurnsTest, WhoCannotGoBehindAnybodyGoesAlone) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {numbered(1, 10, denied()), numbered(2, 20)});
    learn();
    EXPECT_EQ(turns(2).behind, Duration{});
    set("a.example", {numbered(1, 10), numbered(2, 20)});
    learn();
    EXPECT_GT(turns(2).behind, Duration{});
    set("a.example", {numbered(2, 20)});
    learn();
    EXPECT_EQ(turns(2).behind, Duration{}) << "it is the primary now";
}

TEST_F(TurnsTest, StayPut) {
    const std::vector<FoundEndpoint> listed{numbered(1, 10), numbered(2, 10), numbered(3, 20), numbered(4, 20)};
    targets.set_domains({domain("a.example")}, start);
    set("a.example", listed);
    learn();
    const auto before = wanted;
    Targets restarted{terms};
    restarted.set_domains({domain("a.example")}, start + 10h);
    restarted.set_endpoints(*restarted.find("a.example"), {listed[1], listed[0], listed[3], listed[2]}, start, wall);
    const auto again = restarted.take_changes(start + 10h).assignments;
    ASSERT_EQ(again.size(), 4u);
    for (const Assignment& each : again)
        EXPECT_EQ(each.turns, before.at(each.cell->key).turns);
}

/// Domains each with two primaries, a backup, and a backup of that one, all at addresses of a network of their own.
class BackupFleet : public testing::Test {
protected:
    static constexpr int domains = 250;
    static constexpr Duration interval = 300s;

    void SetUp() override {
        std::vector<Domain> all;
        for (int each = 0; each < domains; ++each)
            all.push_back(domain(name(each)));
        targets.set_domains(std::move(all), start);
        for (int each = 0; each < domains; ++each)
            targets.set_endpoints(*targets.find(name(each)), listed(each), start, wall);
        assignments = targets.take_changes(start).assignments;
    }

    static std::string name(int number) { return "d" + std::to_string(number) + ".example"; }

    static std::vector<FoundEndpoint> listed(int number) {
        const std::string network = "198.51." + std::to_string(number) + ".";
        return {at(network + "1", 10), at(network + "2", 10), at(network + "3", 20), at(network + "4", 30)};
    }

    /// Two hours as lanes run them, with sessions of up to ten seconds.
    void run() {
        while (now < start + 2h) {
            for (; !landings.empty() && landings.begin()->first <= now; landings.erase(landings.begin()))
                land(landings.begin()->second);
            while (const auto next = schedule.next(now)) {
                starts[flying.at(next->target).cell->key].push_back(now);
                landings.emplace(now + std::chrono::milliseconds(random() % 10'000), next->target);
            }
            now += 5ms;
        }
    }

    void land(TargetId target) {
        const Assignment& each = flying.at(target);
        const SteadyTime began = starts[each.cell->key].back();
        schedule.finished(target, now, each.turns.after_start(began, each.interval, each.interval));
    }

    /// With how many of `firsts`, at least, there was a session between any two with `other` from the given one on;
    /// before its first session: ever.
    std::size_t least_before(const std::vector<FoundEndpoint>& firsts, const FoundEndpoint& other, std::size_t from) {
        const auto& own = starts[other.key];
        std::size_t least = firsts.size();
        for (std::size_t round = from; round < own.size(); ++round) {
            const SteadyTime since = round == 0 ? SteadyTime{} : own[round - 1];
            const auto came = [&](const FoundEndpoint& first) {
                const auto is_between = [&](SteadyTime when) { return when > since && when < own[round]; };
                return std::ranges::any_of(starts[first.key], is_between);
            };
            least = std::min(least, static_cast<std::size_t>(std::ranges::count_if(firsts, came)));
        }
        return least;
    }

    /// The longest that a session with `other` ever began after the last one with any of `firsts`; not counting the
    /// first round, which is at once.
    Duration longest_after(const std::vector<FoundEndpoint>& firsts, const FoundEndpoint& other) {
        Duration longest{};
        for (const SteadyTime each : starts[other.key] | std::views::drop(1)) {
            SteadyTime last{};
            for (const FoundEndpoint& first : firsts) {
                const auto after = std::ranges::lower_bound(starts[first.key], each);
                if (after != starts[first.key].begin()) last = std::max(last, *std::prev(after));
            }
            longest = std::max(longest, each - last);
        }
        return longest;
    }

    Targets targets{{.interval = interval, .port = 25, .max_endpoints = 4 * domains}};
    std::vector<Assignment> assignments;
    Schedule schedule{{.per_ip_gap = 10s, .per_network = 4, .concurrency = 4 * domains}};
    std::map<TargetId, Assignment> flying;
    std::map<EndpointKey, std::vector<SteadyTime>> starts;
    std::multimap<SteadyTime, TargetId> landings;
    std::minstd_rand random{7};
    SteadyTime now = start;
};

TEST_F(BackupFleet, HasBackupsSpreadAsEvenlyAsPrimaries) {
    std::map<int, int> per_tenth;
    for (const Assignment& each : assignments) {
        if (each.turns.behind == Duration{}) continue;
        const Duration into = each.turns.next(start, interval).time_since_epoch() % interval;
        ++per_tenth[static_cast<int>(into / (interval / 10))];
    }
    ASSERT_EQ(per_tenth.size(), 10u);
    for (const auto& [tenth, count] : per_tenth)
        EXPECT_NEAR(count, 2 * domains / 10, 25) << tenth;
}

TEST_F(BackupFleet, ComesToItsBackupsShortlyAfterItsPrimaries) {
    for (Assignment& each : assignments)
        flying.emplace(schedule.add(each.cell->key.ip, start + each.first_after), std::move(each));
    run();
    for (int each = 0; each < domains; ++each) {
        const auto endpoints = listed(each);
        const std::vector<FoundEndpoint> primaries{endpoints[0], endpoints[1]};
        EXPECT_GE(starts[endpoints[3].key].size(), 23u);
        EXPECT_GE(least_before(primaries, endpoints[2], 0), 1u) << "from the first round on: " << name(each);
        EXPECT_EQ(least_before(primaries, endpoints[2], 2), 2u) << name(each);
        EXPECT_LE(longest_after(primaries, endpoints[2]), interval / 8 + 10ms) << name(each);
        EXPECT_LE(longest_after(primaries, endpoints[3]), interval / 4 + 10ms) << name(each);
        EXPECT_LE(longest_after({endpoints[2]}, endpoints[3]), interval / 4) << name(each);
    }
}

}  // namespace
}  // namespace mxfleet
