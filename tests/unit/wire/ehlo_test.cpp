#include "probes/wire/ehlo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Capabilities read(std::vector<std::string> keywords) {
    SmtpReply reply{.code = 250, .lines = {"mx.example.com Hello"}};
    for (auto& keyword : keywords)
        reply.lines.push_back(std::move(keyword));
    return read_capabilities(reply);
}

TEST(Capabilities, TheFirstLineIsAGreeting) {
    const Capabilities none = read_capabilities({.code = 250, .lines = {"STARTTLS"}});
    EXPECT_FALSE(none.has(Capability::starttls));
    EXPECT_THAT(none.keywords, IsEmpty());
}

TEST(Capabilities, EveryKeywordOfTheTableIsKnownInAnyCase) {
    for (const CapabilityRow& row : capability_table) {
        if (row.keyword.empty()) continue;
        std::string lower(row.keyword);
        for (char& c : lower)
            c = static_cast<char>(std::tolower(c));
        for (const std::string& keyword : {std::string(row.keyword), lower, lower + " argument"}) {
            const Capabilities read_back = read({keyword});
            EXPECT_TRUE(read_back.has(row.capability)) << keyword;
            EXPECT_EQ(read_back.unknown, 0u) << keyword;
        }
    }
}

TEST(Capabilities, AreKeptForPeopleSortedAndInUpperCase) {
    EXPECT_THAT(read({"size 10240000", "PIPELINING", "Auth login"}).keywords,
                ElementsAre("AUTH login", "PIPELINING", "SIZE 10240000"));
}

TEST(Capabilities, UnknownKeywordsAreKeptAndCounted) {
    const Capabilities read_back = read({"X-FUTURE 1", "HELP"});
    EXPECT_EQ(read_back.unknown, 2u);
    EXPECT_THAT(read_back.keywords, ElementsAre("HELP", "X-FUTURE 1"));
}

TEST(Capabilities, AThousandKeywordsAreCountedButNotKept) {
    std::vector<std::string> keywords;
    for (int at = 0; at < 500; ++at)
        keywords.push_back("X" + std::to_string(at));
    keywords.emplace_back("STARTTLS");
    const Capabilities read_back = read(keywords);
    EXPECT_EQ(read_back.unknown, 500u);
    EXPECT_EQ(read_back.keywords.size(), kept_keywords_limit);
    EXPECT_TRUE(read_back.has(Capability::starttls));
}

TEST(Capabilities, HostileKeywordsComeOutPrintable) {
    EXPECT_THAT(read({"X\x1b[2J", "\xff"}).keywords, ElementsAre("X\\x1b[2J", "\xef\xbf\xbd"));
}

struct SizeRow {
    std::string keyword;
    std::optional<std::uint64_t> limit;
    bool invalid;
};

TEST(Capabilities, SizeByRfc1870) {
    const std::vector<SizeRow> rows = {
        {"SIZE 10240000", 10240000, false},
        {"SIZE", std::nullopt, false},
        {"SIZE ", std::nullopt, false},
        {"SIZE 0", std::nullopt, false},
        {"SIZE 00000000000000000001", 1, false},
        {"SIZE 99999999999999999999", std::numeric_limits<std::uint64_t>::max(), false},
        {"SIZE 100000000000000000000", std::nullopt, true},
        {"SIZE -1", std::nullopt, true},
        {"SIZE 10M", std::nullopt, true},
        {"SIZE 1 2", std::nullopt, true},
        {"SIZE +5", std::nullopt, true},
    };
    for (const SizeRow& row : rows) {
        const Capabilities read_back = read({row.keyword});
        EXPECT_TRUE(read_back.has(Capability::size)) << row.keyword;
        EXPECT_EQ(read_back.size_limit, row.limit) << row.keyword;
        EXPECT_EQ(read_back.size_invalid, row.invalid) << row.keyword;
    }
}

TEST(Capabilities, AuthInBothSpellings) {
    EXPECT_TRUE(read({"AUTH PLAIN LOGIN"}).plaintext_auth);
    EXPECT_TRUE(read({"AUTH=LOGIN"}).plaintext_auth);
    EXPECT_TRUE(read({"auth cram-md5 plain"}).plaintext_auth);
    EXPECT_FALSE(read({"AUTH CRAM-MD5 SCRAM-SHA-256"}).plaintext_auth);
    EXPECT_FALSE(read({"AUTH XPLAIN"}).plaintext_auth);
    EXPECT_FALSE(read({"AUTH"}).plaintext_auth);
    EXPECT_TRUE(read({"AUTH=LOGIN"}).has(Capability::auth));
}

SmtpReply offering(std::vector<std::string> lines) {
    return {.code = 250, .lines = std::move(lines)};
}

TEST(OfferReader, ReadsEqualRepliesOnceWhateverTheGreeting) {
    OfferReader reader;
    const Offer one = reader.read(offering({"mx1 Hello", "SIZE 1000", "8BITMIME"}));
    const Offer same = reader.read(offering({"mx2 Hello", "SIZE 1000", "8BITMIME"}));
    const Offer other = reader.read(offering({"mx1 Hello", "SIZE 10008BITMIME"}));
    EXPECT_EQ(one.before_tls, same.before_tls);
    EXPECT_EQ(*one.before_tls, read({"SIZE 1000", "8BITMIME"}));
    EXPECT_EQ(*other.before_tls, read({"SIZE 10008BITMIME"}));
}

TEST(OfferReader, PlaintextAuthIsACapabilityOfItsOwnBeforeTls) {
    OfferReader reader;
    const Offer offer = reader.read(offering({"mx", "AUTH PLAIN"}));
    EXPECT_TRUE(offer.before_tls->has(Capability::auth_before_tls));
    EXPECT_FALSE(offer.inside_tls->has(Capability::auth_before_tls));
    const Offer none = reader.read(offering({"mx", "AUTH CRAM-MD5"}));
    EXPECT_EQ(none.before_tls, none.inside_tls);
}

TEST(OfferReader, DoesNotRememberWhatIsLong) {
    OfferReader reader;
    const Offer offer = reader.read(offering({"mx", "X-" + std::string(4000, 'x')}));
    EXPECT_EQ(offer.before_tls->unknown, 1u);
    EXPECT_EQ(reader.size(), 0u);
}

TEST(OfferReader, LetsGoOfWhatNobodyHolds) {
    OfferReader reader;
    const Offer held = reader.read(offering({"mx", "X-HELD"}));
    const auto inside = reader.read(offering({"mx", "AUTH PLAIN", "X-INSIDE"})).inside_tls;
    for (int number = 0; number < 1000; ++number)
        reader.read(offering({"mx", "X-" + std::to_string(number)}));
    EXPECT_LE(reader.size(), 64u);
    EXPECT_EQ(reader.read(offering({"mx", "X-HELD"})).before_tls, held.before_tls);
    EXPECT_EQ(reader.read(offering({"mx", "AUTH PLAIN", "X-INSIDE"})).inside_tls, inside);
}

TEST(Capabilities, MaskedKeywordsAreNoticed) {
    for (const char* keyword : {"XXXXXXXA", "XXXX", "xxxxxxxx", "********", "XXXXXXXX XXXX"}) {
        EXPECT_TRUE(read({keyword}).masked) << keyword;
    }
    for (const char* keyword : {"XEXCH50", "X-EXPS", "XXX", "XCLIENT", "XXXAXXXX"}) {
        EXPECT_FALSE(read({keyword}).masked) << keyword;
    }
}

}  // namespace
}  // namespace mxfleet
