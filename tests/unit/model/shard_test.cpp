// Which part a name belongs to: one and no other, the same for ever, and moved as little as can be.

#include "probes/model/shard.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace mxfleet {
namespace {

std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t at = 0; at < count; ++at)
        made.push_back("mx" + std::to_string(at) + ".example.net");
    return made;
}

// Agents of different versions share a fleet during an upgrade: a change here makes every one of them probe what
// another one probes, or nobody. It is a breaking change, and these values say so.
TEST(Shard, IsTheSameForEver) {
    struct Row {
        std::string_view name;
        std::uint64_t hash;
        std::array<std::uint32_t, 4> parts;  ///< of 2, 3, 16 and 10,000
        std::uint32_t page;                  ///< of 16
    };
    for (const Row& row : std::to_array<Row>({
             {"", 0xf52a15e9a9b5e89b, {0, 0, 11, 6005}, 7},
             {"example.com", 0x4d07e1c6cc597ab7, {1, 1, 9, 9229}, 11},
             {"mx1.example.com", 0xd343dfe673967c0c, {0, 0, 13, 9378}, 12},
             {"mx2.example.com", 0xe7ee85805b0a7c15, {0, 0, 14, 9107}, 13},
             {"aspmx.l.google.com", 0xe29ef1a63e0ab4d1, {1, 2, 4, 8480}, 13},
             {"xn--mnchen-3ya.example", 0xbed3f04c322aaaf7, {1, 1, 6, 3040}, 3},
             {"\xff", 0x4f2db50f124040cd, {1, 2, 6, 1668}, 15},  // the same where char is signed and where it is not
         })) {
        EXPECT_EQ(stable_hash(row.name), row.hash) << row.name;
        const std::array parts{shard_of(row.name, 2), shard_of(row.name, 3), shard_of(row.name, 16),
                               shard_of(row.name, 10'000)};
        EXPECT_EQ(parts, row.parts) << row.name;
        EXPECT_EQ(shard_of(row.name, 16, Division::pages), row.page) << row.name;
    }
}

/// The values that other implementations of the paper have in their tests.
TEST(JumpHash, IsThatOfThePaper) {
    EXPECT_EQ(jump_hash(1, 1), 0u);
    EXPECT_EQ(jump_hash(42, 57), 43u);
    EXPECT_EQ(jump_hash(0xDEAD10CC, 1), 0u);
    EXPECT_EQ(jump_hash(0xDEAD10CC, 666), 361u);
    EXPECT_EQ(jump_hash(256, 1024), 520u);
}

TEST(Shard, IsOneThatThereIs) {
    for (const std::string& name : names(2'000)) {
        for (std::uint32_t count = 1; count <= 64; ++count)
            ASSERT_LT(shard_of(name, count), count) << name;
    }
}

TEST(Shard, MakesPartsOfOneSize) {
    const auto all = names(64'000);
    for (const std::uint32_t count : {2u, 3u, 7u, 16u, 64u}) {
        std::vector<double> sizes(count);
        for (const std::string& name : all)
            ++sizes[shard_of(name, count)];
        const double mean = static_cast<double>(all.size()) / count;
        // Five standard deviations of what chance would make of it.
        for (const double size : sizes)
            EXPECT_NEAR(size, mean, 5 * std::sqrt(mean)) << "of " << count;
    }
}

TEST(Shard, MovesOneNameInNAndOnlyToTheNewPart) {
    const auto all = names(20'000);
    for (std::uint32_t count = 1; count < 64; ++count) {
        double moved = 0;
        for (const std::string& name : all) {
            const std::uint32_t before = shard_of(name, count);
            const std::uint32_t after = shard_of(name, count + 1);
            if (before == after) continue;
            ASSERT_EQ(after, count) << name;
            ++moved;
        }
        const double wanted = static_cast<double>(all.size()) / (count + 1);
        EXPECT_NEAR(moved, wanted, 5 * std::sqrt(wanted)) << "from " << count;
    }
}

TEST(Shard, DividesTheNamesOfOneAgentOverAllItsPages) {
    std::vector<double> sizes(4);
    for (const std::string& name : names(64'000)) {
        if (shard_of(name, 4) == 0) ++sizes[shard_of(name, 4, Division::pages)];
    }
    for (const double size : sizes)
        EXPECT_NEAR(size, 4'000, 5 * std::sqrt(4'000));
}

}  // namespace
}  // namespace mxfleet
