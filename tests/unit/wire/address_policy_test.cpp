#include "probes/wire/address_policy.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <ostream>
#include <vector>

namespace mxfleet {
namespace {

using Kind = AddressVerdict::Kind;

IpAddress ip(std::string_view text) {
    return *IpAddress::parse(text);
}

std::vector<IpNetwork> networks(std::initializer_list<std::string_view> texts) {
    std::vector<IpNetwork> list;
    for (const std::string_view text : texts)
        list.push_back(*IpNetwork::parse(text));
    return list;
}

struct Row {
    std::string_view address;
    std::string_view network;  ///< empty: allowed
    std::string_view inside = {};
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.address;
}

class Addresses : public testing::TestWithParam<Row> {};

TEST_P(Addresses, AreJudged) {
    const auto& [address, network, inside] = GetParam();
    const AddressVerdict verdict = judge(ip(address), {}, {});
    EXPECT_EQ(verdict.kind, network.empty() ? Kind::allowed : Kind::reserved);
    EXPECT_EQ(verdict.network, network);
    EXPECT_EQ(verdict.inside, inside);
}

/// Both ends of each network, and the addresses just outside.
INSTANTIATE_TEST_SUITE_P(
    Ipv4, Addresses,
    testing::Values(Row{"0.0.0.0", "this host"}, Row{"0.255.255.255", "this host"}, Row{"1.0.0.0", ""},
                    Row{"9.255.255.255", ""}, Row{"10.0.0.0", "private use"}, Row{"10.255.255.255", "private use"},
                    Row{"11.0.0.0", ""}, Row{"100.63.255.255", ""}, Row{"100.64.0.0", "carrier-grade NAT"},
                    Row{"100.127.255.255", "carrier-grade NAT"}, Row{"100.128.0.0", ""}, Row{"126.255.255.255", ""},
                    Row{"127.0.0.1", "loopback"}, Row{"127.255.255.255", "loopback"}, Row{"128.0.0.0", ""},
                    Row{"169.253.255.255", ""}, Row{"169.254.0.0", "link local"}, Row{"169.254.255.255", "link local"},
                    Row{"169.255.0.0", ""}, Row{"172.15.255.255", ""}, Row{"172.16.0.0", "private use"},
                    Row{"172.31.255.255", "private use"}, Row{"172.32.0.0", ""},
                    Row{"192.0.0.0", "protocol assignments"}, Row{"192.0.1.0", ""}, Row{"192.0.2.255", "documentation"},
                    Row{"192.0.3.0", ""}, Row{"192.167.255.255", ""}, Row{"192.168.0.0", "private use"},
                    Row{"192.168.255.255", "private use"}, Row{"192.169.0.0", ""}, Row{"198.17.255.255", ""},
                    Row{"198.18.0.0", "benchmarking"}, Row{"198.19.255.255", "benchmarking"}, Row{"198.20.0.0", ""},
                    Row{"198.51.100.1", "documentation"}, Row{"198.51.101.0", ""}, Row{"203.0.113.1", "documentation"},
                    Row{"203.0.114.0", ""}, Row{"223.255.255.255", ""}, Row{"224.0.0.0", "multicast"},
                    Row{"239.255.255.255", "multicast"}, Row{"240.0.0.0", "reserved"},
                    Row{"255.255.255.255", "reserved"}, Row{"8.8.8.8", ""}));

INSTANTIATE_TEST_SUITE_P(Ipv6, Addresses,
                         testing::Values(Row{"::", "unspecified"}, Row{"::1", "loopback"}, Row{"100::", "discard only"},
                                         Row{"100:0:0:1::", ""}, Row{"2001:2::1", "benchmarking"},
                                         Row{"2001:db7:ffff::", ""}, Row{"2001:db8::1", "documentation"},
                                         Row{"2001:db9::", ""}, Row{"3fff:fff::1", "documentation"}, Row{"fbff::1", ""},
                                         Row{"fc00::1", "unique local"}, Row{"fdff::1", "unique local"},
                                         Row{"fe7f::1", ""}, Row{"fe80::1", "link local"}, Row{"febf::1", "link local"},
                                         Row{"fec0::1", "site local"}, Row{"feff::1", "site local"},
                                         Row{"ff02::1", "multicast"}, Row{"2a00:1450::1", ""},
                                         Row{"2606:4700::1", ""}));

INSTANTIATE_TEST_SUITE_P(
    Embedded, Addresses,
    testing::Values(Row{"::ffff:10.0.0.1", "private use", "IPv4-mapped"}, Row{"::ffff:8.8.8.8", ""},
                    Row{"::10.0.0.1", "private use", "IPv4-compatible"}, Row{"::8.8.8.8", ""},
                    Row{"64:ff9b::127.0.0.1", "loopback", "NAT64"}, Row{"64:ff9b::8.8.8.8", ""},
                    Row{"64:ff9b:1::10.0.0.1", "private use", "NAT64"}, Row{"64:ff9b:1::8.8.8.8", ""},
                    Row{"64:ff9b:1:a00:0:100:808:808", "private use", "NAT64"},
                    Row{"64:ff9b:1:7f:0:1:808:808", "loopback", "NAT64"},
                    Row{"64:ff9b:1:0:7f:0:108:808", "loopback", "NAT64"}, Row{"64:ff9b:2::10.0.0.1", ""},
                    Row{"2002:a00:1::1", "private use", "6to4"}, Row{"2002:808:808::1", ""},
                    Row{"2001:0:a00:1::f7f7:f7f7", "private use", "Teredo"},
                    Row{"2001:0:808:808::f5ff:fffe", "private use", "Teredo"}, Row{"2001:0:808:808::f7f7:f7f7", ""}));

TEST(AddressPolicy, LetsThroughWhatIsAllowed) {
    const auto allow = networks({"127.0.0.0/8", "fd00::/8"});
    EXPECT_EQ(judge(ip("127.0.0.1"), allow, {}).kind, Kind::allowed);
    EXPECT_EQ(judge(ip("fd00::1"), allow, {}).kind, Kind::allowed);
    EXPECT_EQ(judge(ip("10.0.0.1"), allow, {}).kind, Kind::reserved);
    EXPECT_EQ(judge(ip("::1"), allow, {}).kind, Kind::reserved);
}

TEST(AddressPolicy, DeniesBeforeItAllows) {
    const auto allow = networks({"10.0.0.0/8", "0.0.0.0/0"});
    const auto deny = networks({"10.1.0.0/16", "8.8.8.8"});
    EXPECT_EQ(judge(ip("10.0.0.1"), allow, deny).kind, Kind::allowed);
    EXPECT_EQ(judge(ip("10.1.0.1"), allow, deny).kind, Kind::denied);
    EXPECT_EQ(judge(ip("8.8.8.8"), allow, deny).kind, Kind::denied);
    EXPECT_EQ(judge(ip("8.8.8.8"), {}, deny).network, "");
}

TEST(AddressPolicy, DeniesTheAddressInsideAsWell) {
    const auto deny = networks({"8.8.8.0/24"});
    for (const std::string_view address : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "::8.8.8.8",
                                           "2001:0:808:808::f7f7:f7f7", "64:ff9b:1::8.8.8.8"}) {
        EXPECT_EQ(judge(ip(address), {}, deny).kind, Kind::denied) << address;
    }
}

TEST(AddressPolicy, AllowsWhatIsDialled) {
    const auto inner = networks({"10.0.0.0/8"});
    EXPECT_EQ(judge(ip("::ffff:10.0.0.1"), inner, {}).kind, Kind::allowed) << "dialled as IPv4";
    EXPECT_EQ(judge(ip("64:ff9b::10.0.0.1"), inner, {}).kind, Kind::reserved) << "a gateway is dialled";
    EXPECT_EQ(judge(ip("2002:a00:1::1"), inner, {}).kind, Kind::reserved);

    EXPECT_EQ(judge(ip("64:ff9b::10.0.0.1"), networks({"64:ff9b::/96"}), {}).kind, Kind::allowed);
    EXPECT_EQ(judge(ip("::ffff:10.0.0.1"), networks({"::ffff:0:0/96"}), {}).kind, Kind::allowed);
}

}  // namespace
}  // namespace mxfleet
