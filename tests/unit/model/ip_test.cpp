// Addresses and networks: what is accepted, what is refused, and the arithmetic between them.
#include "probes/model/ip.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <unordered_set>
#include <vector>

#include "probes/model/settings.hpp"

namespace mxfleet {
namespace {

using namespace std::string_literals;

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    if (!parsed) throw std::invalid_argument("not an address: " + std::string(text));
    return *parsed;
}

IpNetwork network(std::string_view text) {
    const auto parsed = IpNetwork::parse(text);
    if (!parsed) throw std::invalid_argument("not a network: " + std::string(text));
    return *parsed;
}

/// The bit at that place, 0 being the first of the first byte.
bool bit(const IpAddress& of, unsigned place) {
    return (of.bytes[place / 8] >> (7 - place % 8) & 1) != 0;
}

IpAddress with_bit_flipped(IpAddress of, unsigned place) {
    of.bytes[place / 8] ^= static_cast<std::uint8_t>(0x80u >> (place % 8));
    return of;
}

const std::vector<IpAddress> busy_addresses{address("255.255.255.255"), address("165.90.102.153"),
                                            address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                                            address("a55a:6699:c33c:f00f:a55a:6699:c33c:f00f")};

struct Spelling {
    std::string_view given;
    std::string_view canonical;
};

TEST(IpAddress, AcceptsTheStandardFormsAndPrintsTheCanonicalOne) {
    for (const auto& [given, canonical] : std::vector<Spelling>{
             {"0.0.0.0", "0.0.0.0"},
             {"192.0.2.1", "192.0.2.1"},
             {"255.255.255.255", "255.255.255.255"},
             {"::", "::"},
             {"::1", "::1"},
             {"2001:DB8::1", "2001:db8::1"},
             {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
             {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
             {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
             {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
             {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
             {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
             {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
             {"0:0:0:0:0:FFFF:c000:201", "::ffff:192.0.2.1"},
             {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
             {"ABCD:ABCD:ABCD:ABCD:ABCD:ABCD:192.168.158.190", "abcd:abcd:abcd:abcd:abcd:abcd:c0a8:9ebe"},
         }) {
        const auto parsed = IpAddress::parse(given);
        ASSERT_TRUE(parsed) << given;
        EXPECT_EQ(parsed->text(), canonical);
        EXPECT_EQ(parsed->is_v6, given.find(':') != given.npos) << given;
    }
}

TEST(IpAddress, RefusesEverythingElse) {
    for (const std::string& given : {
             ""s,
             " "s,
             "localhost"s,
             // IPv4: short forms, other bases, leading zeros, out of range
             "1"s,
             "127.1"s,
             "192.0.2"s,
             "2130706433"s,
             "0x7f.0.0.1"s,
             "0x7f000001"s,
             "0177.0.0.1"s,
             "192.0.2.01"s,
             "192.0.2.00"s,
             "192.0.2.256"s,
             "192.0.2.1000"s,
             "-1.0.2.1"s,
             "+1.0.2.1"s,
             "192..2.1"s,
             ".192.0.2.1"s,
             "192.0.2.1."s,
             "192.0.2.1.5"s,
             // IPv6: too few, too many, two gaps, bad digits, loose ends
             ":"s,
             ":::"s,
             "1::2::3"s,
             "12345::"s,
             "g::1"s,
             "1:2:3:4:5:6:7"s,
             "1:2:3:4:5:6:7:8:9"s,
             "1:2:3:4:5:6:7:8::"s,
             ":1:2:3:4:5:6:7"s,
             "1:2:3:4:5:6:7:"s,
             "::1.2.3"s,
             "::1.2.3.256"s,
             "::01.2.3.4"s,
             "1:2:3:4:5:6:7:192.0.2.1"s,
             // zones, brackets, ports, prefixes, space around
             "fe80::1%eth0"s,
             "fe80::1%1"s,
             "::1%"s,
             "[::1]"s,
             "[192.0.2.1]"s,
             "IPv6:::1"s,
             "192.0.2.1:25"s,
             "192.0.2.1/32"s,
             "::1/128"s,
             " 192.0.2.1"s,
             "192.0.2.1 "s,
             "::1\n"s,
             // NUL, which C would stop at, and more than any address needs
             "\0"s,
             "192.0.2.1\0"s,
             "192.0.2.1\0.example.com"s,
             "::1\0"s,
             std::string(100, '1'),
             "0000000000000000000000000000000000000000000000::1"s,
         }) {
        EXPECT_EQ(IpAddress::parse(given), std::nullopt) << "'" << given << "'";
    }
}

TEST(IpAddress, ReadsNoFurtherThanTheView) {
    EXPECT_EQ(IpAddress::parse(std::string_view("192.0.2.123").substr(0, 9)), address("192.0.2.1"));
}

TEST(IpAddress, IsBuiltFromOctets) {
    EXPECT_EQ(IpAddress::v4({192, 0, 2, 1}), address("192.0.2.1"));
    EXPECT_EQ(IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), address("2001:db8::1"));
}

TEST(IpAddress, WhatItPrintsReadsBackTheSame) {
    for (const IpAddress& start : {address("0.0.0.0"), address("::"), address("255.255.255.255")}) {
        for (unsigned place = 0; place < start.width(); ++place) {
            const IpAddress flipped = with_bit_flipped(start, place);
            EXPECT_EQ(IpAddress::parse(flipped.text()), flipped) << flipped.text();
        }
    }
}

TEST(IpAddress, FamiliesDifferEvenWithTheSameBytes) {
    const IpAddress v4 = address("32.1.13.184");
    IpAddress v6 = v4;
    v6.is_v6 = true;
    EXPECT_NE(v4, v6);
    EXPECT_EQ((std::unordered_set<IpAddress>{v4, v6, v4}.size()), 2u);
    EXPECT_NE(address("192.0.2.1"), address("::ffff:192.0.2.1"));
}

TEST(IpAddress, LiteralsAreThoseOfSmtp) {
    EXPECT_EQ(address("192.0.2.1").literal(), "[192.0.2.1]");
    EXPECT_EQ(address("2001:db8::1").literal(), "[IPv6:2001:db8::1]");
}

TEST(IpNetwork, AcceptsCidrFormsAndSingleAddresses) {
    for (const auto& [given, canonical] : std::vector<Spelling>{
             {"0.0.0.0/0", "0.0.0.0/0"},
             {"10.0.0.0/8", "10.0.0.0/8"},
             {"192.0.2.128/25", "192.0.2.128/25"},
             {"192.0.2.1/32", "192.0.2.1/32"},
             {"192.0.2.1", "192.0.2.1/32"},
             {"::/0", "::/0"},
             {"2001:DB8::/32", "2001:db8::/32"},
             {"2001:db8:8000::/33", "2001:db8:8000::/33"},
             {"::1/128", "::1/128"},
             {"::1", "::1/128"},
             {"::ffff:0:0/96", "::ffff:0.0.0.0/96"},
         }) {
        const auto parsed = IpNetwork::parse(given);
        ASSERT_TRUE(parsed) << given;
        EXPECT_EQ(parsed->text(), canonical);
    }
}

TEST(IpNetwork, RefusesEverythingElse) {
    for (const std::string& given : {
             ""s,
             "/"s,
             "/24"s,
             "192.0.2.0/"s,
             "192.0.2/24"s,
             "localhost/8"s,
             "fe80::%1/64"s,
             // prefixes out of bounds, among them one that is 24 modulo 2^32
             "192.0.2.0/33"s,
             "::/129"s,
             "192.0.2.0/4294967320"s,
             "0.0.0.0/99999999999999999999"s,
             "0.0.0.0/"s,
             "::/"s,
             "192.0.2.0/99999999999999999999"s,
             // prefixes that are no plain numbers
             "192.0.2.0/-1"s,
             "192.0.2.0/+24"s,
             "192.0.2.0/ 24"s,
             "192.0.2.0/24 "s,
             "192.0.2.0/0x18"s,
             "192.0.2.0/024"s,
             "0.0.0.0/00"s,
             "192.0.2.0/24/24"s,
             "192.0.2.0/255.255.255.0"s,
             "192.0.2.0/24\0"s,
             "192.0.2.0\0/24"s,
             // host bits set
             "192.0.2.1/24"s,
             "192.0.2.128/24"s,
             "128.0.0.0/0"s,
             "192.0.2.1/31"s,
             "2001:db8::1/64"s,
             "2001:db8:8000::/32"s,
             "::1/0"s,
         }) {
        EXPECT_EQ(IpNetwork::parse(given), std::nullopt) << "'" << given << "'";
    }
}

struct Membership {
    std::string_view network;
    std::string_view address;
    bool inside;
};

TEST(IpNetwork, ContainsTheAddressesThatShareItsPrefix) {
    for (const auto& [in, which, inside] : std::vector<Membership>{
             {"192.0.2.0/24", "192.0.2.0", true},
             {"192.0.2.0/24", "192.0.2.255", true},
             {"192.0.2.0/24", "192.0.3.0", false},
             {"192.0.2.0/24", "192.0.1.255", false},
             {"172.16.0.0/12", "172.31.255.255", true},
             {"172.16.0.0/12", "172.32.0.0", false},
             {"192.0.2.1/32", "192.0.2.1", true},
             {"192.0.2.1/32", "192.0.2.0", false},
             {"0.0.0.0/0", "255.255.255.255", true},
             {"fc00::/7", "fdff:ffff::1", true},
             {"fc00::/7", "fe00::1", false},
             {"::1/128", "::1", true},
             {"::1/128", "::", false},
             {"::/0", "ffff::1", true},
             {"::ffff:0:0/96", "::ffff:192.0.2.1", true},
             // The families are apart; who means an embedded address unwraps it first.
             {"0.0.0.0/0", "::1", false},
             {"::/0", "192.0.2.1", false},
             {"192.0.2.0/24", "::ffff:192.0.2.1", false},
         }) {
        EXPECT_EQ(network(in).contains(address(which)), inside) << which << " in " << in;
    }
}

TEST(IpNetwork, EqualOnesHashAlike) {
    const std::unordered_set<IpNetwork> set{network("10.0.0.0/8"), network("10.0.0.0/8"), network("10.0.0.0/9"),
                                            network("10.0.0.0")};
    EXPECT_EQ(set.size(), 3u);
}

TEST(NetworkOf, KeepsThePrefixAndClearsTheRestAtEveryLength) {
    for (const IpAddress& of : busy_addresses) {
        for (unsigned prefix = 0; prefix <= of.width(); ++prefix) {
            const IpNetwork cut = network_of(of, prefix);
            EXPECT_EQ(cut.prefix, prefix);
            EXPECT_EQ(cut.base.is_v6, of.is_v6);
            for (unsigned place = 0; place < 128; ++place) {
                EXPECT_EQ(bit(cut.base, place), place < prefix && bit(of, place)) << cut.text() << " bit " << place;
            }
            EXPECT_EQ(IpNetwork::parse(cut.text()), cut) << cut.text();
        }
    }
}

TEST(NetworkOf, ContainsExactlyWhatDiffersBehindThePrefix) {
    for (const IpAddress& of : busy_addresses) {
        for (unsigned prefix = 0; prefix <= of.width(); ++prefix) {
            const IpNetwork cut = network_of(of, prefix);
            EXPECT_TRUE(cut.contains(of)) << cut.text();
            for (unsigned place = 0; place < of.width(); ++place) {
                EXPECT_EQ(cut.contains(with_bit_flipped(of, place)), place >= prefix) << cut.text() << " bit " << place;
            }
        }
    }
}

TEST(PolitenessNetwork, IsTheSlash24OrSlash48) {
    EXPECT_EQ(politeness_network(address("192.0.2.77")), network("192.0.2.0/24"));
    EXPECT_EQ(politeness_network(address("2001:db8:1:2::5")), network("2001:db8:1::/48"));
}

TEST(SocketAddress, PutsBracketsAroundIpv6) {
    EXPECT_EQ((SocketAddress{address("192.0.2.1"), 53}.text()), "192.0.2.1:53");
    EXPECT_EQ((SocketAddress{address("2001:db8::1"), 53}.text()), "[2001:db8::1]:53");
}

}  // namespace
}  // namespace mxfleet
