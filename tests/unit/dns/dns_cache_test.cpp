#include "probes/dns/dns_cache.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using namespace testing_dns;

const DnsKey key{"mx.example", RecordType::a, false};
constexpr SteadyTime start{1h};

struct LifetimeRow {
    std::string_view why;
    DnsResult result;
    Duration lifetime;
};

TEST(DnsCache, KeepsAnAnswerForItsTtlWithinBounds) {
    for (const auto& [why, result, lifetime] :
         {LifetimeRow{"a TTL", addresses({"8.8.8.8"}, 30), 30s},
          LifetimeRow{"no TTL to speak of", addresses({"8.8.8.8"}, 0), 5s},
          LifetimeRow{"a long TTL", addresses({"8.8.8.8"}, 0x7FFF'FFFF), 60s}, LifetimeRow{"NODATA", nodata(20), 20s},
          LifetimeRow{"NXDOMAIN that proves nothing", nxdomain(), 5s},
          LifetimeRow{"a failure", failed(DnsError::timeout), 2s}}) {
        DnsCache cache;
        cache.store(key, result, start);
        EXPECT_TRUE(cache.find(key, start + lifetime - 1ns)) << why;
        EXPECT_FALSE(cache.find(key, start + lifetime)) << why;
    }
}

TEST(DnsCache, TellsNamesAndTypesAndCheckingApart) {
    DnsCache cache;
    cache.store(key, addresses({"8.8.8.8"}), start);
    EXPECT_FALSE(cache.find({"mx.example", RecordType::aaaa, false}, start));
    EXPECT_FALSE(cache.find({"my.example", RecordType::a, false}, start));
    EXPECT_FALSE(cache.find({"mx.example", RecordType::a, true}, start));
}

TEST(DnsCache, AgesWhatItKeeps) {
    DnsCache cache;
    cache.store(key, addresses({"8.8.8.8"}, 300), start);
    const DnsResult fresh = *cache.find(key, start);
    EXPECT_EQ(fresh.answer->ttl, 300s);
    EXPECT_EQ(fresh.elapsed, 0s);
    EXPECT_EQ(fresh.answer->records, addresses({"8.8.8.8"}).answer->records);
    EXPECT_EQ(cache.find(key, start + 10s + 1ms)->answer->ttl, 289s);

    cache.store(key, nodata(3), start);
    EXPECT_EQ(cache.find(key, start + 4s)->answer->negative_ttl, 0s);
}

TEST(DnsCache, ReplacesWhatItKeeps) {
    DnsCache cache;
    cache.store(key, addresses({"8.8.8.8"}), start);
    cache.store(key, addresses({"9.9.9.9"}), start + 1s);
    EXPECT_EQ(cache.entries(), 1u);
    EXPECT_EQ(cache.find(key, start + 1s)->answer->records, addresses({"9.9.9.9"}).answer->records);
}

TEST(DnsCache, DoesNotKeepOurOwnFaults) {
    DnsCache cache;
    cache.store(key, addresses({"8.8.8.8"}), start);
    cache.store(key, failed(DnsError::local_fault), start);
    EXPECT_EQ(cache.entries(), 0u);
    EXPECT_EQ(cache.bytes(), 0u);
}

TEST(DnsCache, StaysWithinItsCapacityAndDropsTheOldest) {
    DnsCache cache(100'000);
    for (int each = 0; each < 10'000; ++each) {
        cache.store({std::to_string(each), RecordType::a, false}, addresses({"8.8.8.8"}), start);
        ASSERT_LE(cache.bytes(), 100'000u);
    }
    EXPECT_GT(cache.entries(), 50u);
    EXPECT_TRUE(cache.find({"9999", RecordType::a, false}, start));
    EXPECT_FALSE(cache.find({"0", RecordType::a, false}, start));
}

TEST(DnsCache, KeepsNothingThatFillsIt) {
    DnsCache cache(100'000);
    cache.store(key, addresses(std::vector<std::string_view>(100, "8.8.8.8")), start);
    EXPECT_EQ(cache.entries(), 0u);
    cache.store(key, behind({std::string(1000, 'x')}, addresses({"8.8.8.8"})), start);
    EXPECT_EQ(cache.entries(), 0u);
}

TEST(DnsCache, GivesBackTheRoomOfWhatExpired) {
    DnsCache cache;
    for (int each = 0; each < 100; ++each)
        cache.store({std::to_string(each), RecordType::a, false}, addresses({"8.8.8.8"}, 30), start);
    cache.store(key, addresses({"8.8.8.8"}), start + 30s);
    EXPECT_EQ(cache.entries(), 1u);
}

}  // namespace
}  // namespace mxfleet
