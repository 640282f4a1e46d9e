#include "probes/wire/dns_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using testing::ElementsAreArray;
using Bytes = std::vector<std::uint8_t>;

const DnsQuestion question{0xABCD, "mx.test", RecordType::aaaa};

TEST(DnsQuery, AsksOneQuestionWithAdAndItsPayloadSize) {
    const Bytes expected = {
        0xAB, 0xCD, 0x01, 0x20, 0,    1,   0,   0,   0, 0, 0,  1,     // RD and AD; one question, one OPT
        2,    'm',  'x',  4,    't',  'e', 's', 't', 0, 0, 28, 0, 1,  // mx.test AAAA IN
        0,    0,    41,   0x04, 0xD0, 0,   0,   0,   0, 0, 0};        // OPT, 1232 bytes
    EXPECT_EQ(write_query(question), expected);
}

TEST(DnsQuery, CanDisableChecking) {
    const auto bytes = write_query(question, {.checking_disabled = true});
    EXPECT_EQ((*bytes)[3], 0x30);
}

TEST(DnsQuery, CanDoWithoutEdns) {
    const auto with = write_query(question);
    const auto without = write_query(question, {.edns = false});
    EXPECT_EQ((*without)[11], 0);
    EXPECT_THAT(Bytes(without->begin() + 12, without->end()), ElementsAreArray(with->begin() + 12, with->end() - 11));
}

TEST(DnsQuery, CannotAskForWhatIsNoName) {
    EXPECT_FALSE(write_query({1, "a..b", RecordType::a}));
    EXPECT_FALSE(write_query({1, std::string(300, 'x'), RecordType::a}));
}

}  // namespace
}  // namespace mxfleet
