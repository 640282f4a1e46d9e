#include "probes/wire/dns_name.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace mxfleet {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes after_header(std::string_view bytes) {
    Bytes message(dns_header_size);
    for (const char byte : bytes)
        message.push_back(static_cast<std::uint8_t>(byte));
    return message;
}

template <std::size_t size>
constexpr std::string_view bytes(const char (&literal)[size]) {
    return {literal, size - 1};
}

struct GoodName {
    std::string_view wire;  ///< behind the header, so it begins at byte 12
    std::size_t at;
    std::string_view text;
    std::size_t next;
};

std::ostream& operator<<(std::ostream& out, const GoodName& row) {
    return out << row.text;
}

class GoodNames : public testing::TestWithParam<GoodName> {};

TEST_P(GoodNames, AreRead) {
    const auto& [wire, at, text, next] = GetParam();
    const auto name = read_name(after_header(wire), at);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->text, text);
    EXPECT_EQ(name->next, next);
}

TEST_P(GoodNames, AreNoNamesWhenCutAnywhere) {
    const auto& [wire, at, text, next] = GetParam();
    const Bytes message = after_header(wire);
    for (std::size_t length = 0; length < next; ++length)
        EXPECT_FALSE(read_name(std::span(message).first(length), at)) << length;
}

INSTANTIATE_TEST_SUITE_P(DnsName, GoodNames,
                         testing::Values(GoodName{bytes("\0"), 12, ".", 13}, GoodName{bytes("\3com\0"), 12, "com", 17},
                                         GoodName{bytes("\2MX\7eXample\0"), 12, "mx.example", 24},
                                         GoodName{bytes("\3a.b\2\\c\0"), 12, "a\\046b.\\092c", 20},
                                         GoodName{bytes("\4 \t\xFF*\0"), 12, "\\032\\009\\255*", 18},
                                         GoodName{bytes("\3com\0\2mx\xC0\x0C"), 17, "mx.com", 22},
                                         GoodName{bytes("\3com\0\1a\xC0\x0C\1b\xC0\x11"), 21, "b.a.com", 25},
                                         GoodName{bytes("\3com\0\xC0\x0C\xC0\x11"), 19, "com", 21}));

TEST(DnsName, OfTheGreatestLengthIsRead) {
    const std::string label = '\x3F' + std::string(63, 'x');
    const std::string longest = label + label + label + '\x3D' + std::string(61, 'y') + '\0';
    ASSERT_EQ(longest.size(), name_limit);
    EXPECT_EQ(read_name(after_header(longest), dns_header_size)->next, dns_header_size + name_limit);

    const std::string too_long = label + label + label + '\x3E' + std::string(62, 'y') + '\0';
    EXPECT_FALSE(read_name(after_header(too_long), dns_header_size));
}

struct BadName {
    std::string_view why;
    std::string_view wire;
    std::size_t at;
};

std::ostream& operator<<(std::ostream& out, const BadName& row) {
    return out << row.why;
}

class BadNames : public testing::TestWithParam<BadName> {};

TEST_P(BadNames, AreNotRead) {
    EXPECT_FALSE(read_name(after_header(GetParam().wire), GetParam().at));
}

INSTANTIATE_TEST_SUITE_P(DnsName, BadNames,
                         testing::Values(BadName{"pointer to itself", bytes("\xC0\x0C"), 12},
                                         BadName{"pointer forward", bytes("\xC0\x0E\0"), 12},
                                         BadName{"pointer into its own label", bytes("\1a\xC0\x0C"), 12},
                                         BadName{"pointers in a circle", bytes("\xC0\x0E\xC0\x0C"), 14},
                                         BadName{"pointer into the header", bytes("\xC0\x04"), 12},
                                         BadName{"pointer beyond the message", bytes("\xFF\xFF"), 12},
                                         BadName{"label type 01", bytes("\x41x\0"), 12},
                                         BadName{"label type 10", bytes("\x81x\0"), 12},
                                         BadName{"starts at the end", bytes(""), 12},
                                         BadName{"starts beyond the end", bytes("\0"), 400}));

TEST(DnsName, LeadsOverABoundedNumberOfPointers) {
    const auto chain = [](std::size_t pointers) {
        Bytes message = after_header(bytes("\0"));
        for (std::size_t at = dns_header_size; pointers > 0; --pointers) {
            message.push_back(static_cast<std::uint8_t>(0xC0 | at >> 8));
            message.push_back(static_cast<std::uint8_t>(at & 0xFF));
            at = message.size() - 2;
        }
        return message;
    };
    EXPECT_TRUE(read_name(chain(127), chain(127).size() - 2));
    EXPECT_FALSE(read_name(chain(128), chain(128).size() - 2));
}

TEST(DnsName, GoesToTheWireAndBack) {
    for (const std::string_view text : {".", "com", "mx.example.com", "a\\046b.\\092c", "\\000\\255"}) {
        const auto wire = wire_name(text);
        ASSERT_TRUE(wire) << text;
        EXPECT_EQ(read_name(*wire, 0)->text, text);
    }
}

TEST(DnsName, ThatIsNoneHasNoWireForm) {
    const std::string label(63, 'x');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'x');
    EXPECT_TRUE(wire_name(longest));
    for (const std::string& text :
         {std::string(), std::string(".."), std::string("a..b"), std::string(".a"), label + "x", longest + "x",
          std::string("\\25"), std::string("\\256"), std::string("\\x00"), std::string("a\\")}) {
        EXPECT_FALSE(wire_name(text)) << text;
    }
}

TEST(DnsName, HasOneCanonicalForm) {
    EXPECT_EQ(canonical_name("MX.Example.COM."), "mx.example.com");
    EXPECT_EQ(canonical_name("\\065"), "a");
    EXPECT_EQ(canonical_name("."), ".");
    EXPECT_EQ(canonical_name("a b"), "a\\032b");
    EXPECT_EQ(canonical_name(""), std::nullopt);
}

TEST(DnsName, IsAHostsOrNot) {
    for (const std::string_view name : {"mx.example.com", "com", "_dmarc.x", "1.2.3.4", "xn--bcher-kva.example"})
        EXPECT_TRUE(is_host_name(name)) << name;
    for (const std::string_view name : {"", ".", "a..b", ".a", "a.", "a\\046b", "*.example.com", "a b", "mx/1"})
        EXPECT_FALSE(is_host_name(name)) << name;
    EXPECT_TRUE(is_host_name(std::string(63, 'x')));
    EXPECT_FALSE(is_host_name(std::string(64, 'x')));
}

TEST(DnsName, IsLocalOrNot) {
    for (const std::string_view name : {"localhost", "mail", "a.localhost"})
        EXPECT_TRUE(is_local_name(name)) << name;
    for (const std::string_view name : {"mx.example", "localhost.example", "notlocalhost.example"})
        EXPECT_FALSE(is_local_name(name)) << name;
}

TEST(DnsName, NamesAnAddress) {
    EXPECT_EQ(reverse_name(*IpAddress::parse("192.0.2.10")), "10.2.0.192.in-addr.arpa");
    EXPECT_EQ(reverse_name(*IpAddress::parse("2001:db8::567:89ab")),
              "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace mxfleet
