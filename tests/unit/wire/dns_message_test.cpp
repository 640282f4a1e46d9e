#include "probes/wire/dns_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "tests/unit/wire/dns_message_builder.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const DnsQuestion asked = Message{}.question;

DnsAnswer read(const Message& message) {
    auto answer = read_answer(message.bytes(), message.question);
    EXPECT_TRUE(answer) << name(answer.error());
    return answer.value_or(DnsAnswer{});
}

Message answer_to(RecordType type, std::vector<Record> answers) {
    Message message;
    message.question.type = type;
    message.answers = std::move(answers);
    return message;
}

// ---- What is read ---------------------------------------------------------------------------------------------------

TEST(DnsMessage, HoldsMxRecords) {
    const DnsAnswer answer =
        read(answer_to(RecordType::mx, {mx("example.com", 10, "mx1.example.com"), mx("example.com", 20, ".")}));
    EXPECT_EQ(answer.rcode, Rcode::noerror);
    EXPECT_THAT(records_of<MxRecord>(answer), ElementsAre(MxRecord{10, "mx1.example.com"}, MxRecord{20, "."}));
    EXPECT_THAT(answer.aliases, IsEmpty());
    EXPECT_FALSE(answer.ad);
    EXPECT_EQ(outcome_of(answer), DnsOutcome::ok);
}

TEST(DnsMessage, HoldsAddresses) {
    const DnsAnswer v4 = read(answer_to(RecordType::a, {a_record("example.com", 7)}));
    EXPECT_THAT(records_of<IpAddress>(v4), ElementsAre(IpAddress::v4({198, 51, 100, 7})));

    Record aaaa{name_bytes("example.com"), 28, Bytes(16)};
    aaaa.data[15] = 1;
    const DnsAnswer v6 = read(answer_to(RecordType::aaaa, {aaaa}));
    EXPECT_THAT(records_of<IpAddress>(v6), ElementsAre(*IpAddress::parse("::1")));
}

TEST(DnsMessage, KeepsTheStringsOfATextApartAndJoined) {
    const DnsAnswer answer = read(answer_to(RecordType::txt, {txt("example.com", {"v=STSv1; ", "", "id=1"})}));
    const auto records = records_of<TxtRecord>(answer);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_THAT(records[0].strings, ElementsAre("v=STSv1; ", "", "id=1"));
    EXPECT_EQ(records[0].joined(), "v=STSv1; id=1");
}

TEST(DnsMessage, HoldsNames) {
    const Record pointer{name_bytes("example.com"), 12, name_bytes("Host.Example.NET")};
    EXPECT_THAT(records_of<NameRecord>(read(answer_to(RecordType::ptr, {pointer}))),
                ElementsAre(NameRecord{"host.example.net"}));

    const DnsAnswer alias = read(answer_to(RecordType::cname, {cname("example.com", "a.example")}));
    EXPECT_THAT(records_of<NameRecord>(alias), ElementsAre(NameRecord{"a.example"}));
    EXPECT_THAT(alias.aliases, IsEmpty()) << "asked for the alias itself";
}

TEST(DnsMessage, HoldsTlsaData) {
    const Record tlsa{name_bytes("example.com"), 52, {3, 1, 1, 0xAA, 0xBB}};
    EXPECT_THAT(records_of<TlsaRecord>(read(answer_to(RecordType::tlsa, {tlsa}))),
                ElementsAre(TlsaRecord{3, 1, 1, {0xAA, 0xBB}}));
}

TEST(DnsMessage, FollowsCompressionInData) {
    Record record = mx("example.com", 10, "");
    record.data = {0, 10, 2, 'm', 'x', 0xC0, 0x0C};  // byte 12 is the question's name
    EXPECT_THAT(records_of<MxRecord>(read(answer_to(RecordType::mx, {record}))),
                ElementsAre(MxRecord{10, "mx.example.com"}));
}

TEST(DnsMessage, PassesOverOtherNamesTypesAndClasses) {
    Record chaos = mx("example.com", 5, "chaos.example");
    chaos.record_class = 3;
    const DnsAnswer answer =
        read(answer_to(RecordType::mx, {mx("other.example", 1, "stranger.example"), chaos, a_record("example.com", 1),
                                        cname("elsewhere.example", "x.example"), mx("EXAMPLE.com", 10, "mx.example")}));
    EXPECT_THAT(records_of<MxRecord>(answer), ElementsAre(MxRecord{10, "mx.example"}));
    EXPECT_THAT(answer.aliases, IsEmpty());
}

TEST(DnsMessage, FollowsAliasesInAnyOrder) {
    const DnsAnswer answer =
        read(answer_to(RecordType::mx, {mx("c.example", 1, "mx.example"), cname("b.example", "c.example"),
                                        cname("example.com", "b.example")}));
    EXPECT_THAT(answer.aliases, ElementsAre("b.example", "c.example"));
    EXPECT_EQ(answer.records.size(), 1u);
    EXPECT_FALSE(answer.stops_at_alias());
}

std::vector<Record> chain(std::size_t hops) {
    std::vector<Record> records;
    std::string owner = "example.com";
    for (std::size_t hop = 1; hop <= hops; ++hop) {
        const std::string target = "hop" + std::to_string(hop) + ".example";
        records.push_back(cname(owner, target));
        owner = target;
    }
    records.push_back(mx(owner, 1, "mx.example"));
    return records;
}

TEST(DnsMessage, FollowsEightAliasesAndNoMore) {
    const DnsAnswer eight = read(answer_to(RecordType::mx, chain(8)));
    EXPECT_EQ(eight.aliases.size(), 8u);
    EXPECT_EQ(eight.records.size(), 1u);
    EXPECT_FALSE(eight.endless);

    const DnsAnswer nine = read(answer_to(RecordType::mx, chain(9)));
    EXPECT_TRUE(nine.endless);
    EXPECT_THAT(nine.records, IsEmpty());
    EXPECT_FALSE(nine.stops_at_alias()) << "there is nothing more to ask";
}

TEST(DnsMessage, EndsInALoopOfAliases) {
    for (const std::string_view target : {"example.com", "b.example"}) {
        const DnsAnswer answer =
            read(answer_to(RecordType::mx, {cname("example.com", "b.example"), cname("b.example", target)}));
        EXPECT_TRUE(answer.endless) << target;
        EXPECT_THAT(answer.records, IsEmpty());
    }
}

TEST(DnsMessage, SaysThatItStopsAtAnAlias) {
    Message message = answer_to(RecordType::mx, {cname("example.com", "b.example")});
    EXPECT_TRUE(read(message).stops_at_alias());
    message.authorities = {ns("example", "ns.example")};
    EXPECT_TRUE(read(message).stops_at_alias()) << "name servers prove nothing";
    message.authorities = {soa("example", 60, 60)};
    EXPECT_FALSE(read(message).stops_at_alias()) << "the SOA proves that there is nothing";
    message.bits |= 3;
    EXPECT_FALSE(read(message).stops_at_alias());
}

// ---- Times ----------------------------------------------------------------------------------------------------------

TEST(DnsMessage, HasTheShortestTtlOfAliasesAndRecords) {
    EXPECT_EQ(read(answer_to(RecordType::a, {a_record("example.com", 1, 90), a_record("example.com", 2, 60)})).ttl,
              seconds{60});
    EXPECT_EQ(read(answer_to(RecordType::a, {cname("example.com", "b.example", 30), a_record("b.example", 1, 90)})).ttl,
              seconds{30});
    EXPECT_EQ(read(answer_to(RecordType::a, {a_record("example.com", 1, 90), a_record("other.example", 2, 60)})).ttl,
              seconds{90});
}

TEST(DnsMessage, ReadsATtlWithTheTopBitSetAsZero) {
    EXPECT_EQ(read(answer_to(RecordType::a, {a_record("example.com", 1, 0x8000'0001)})).ttl, seconds{0});
    EXPECT_EQ(read(answer_to(RecordType::a, {a_record("example.com", 1, 0x7FFF'FFFF)})).ttl, seconds{0x7FFF'FFFF});
}

struct NegativeRow {
    std::string_view zone;
    std::uint32_t ttl;
    std::uint32_t minimum;
    std::optional<seconds> expected;
};

TEST(DnsMessage, HasANegativeTtlFromTheSoaOfItsZone) {
    for (const auto& [zone, ttl, minimum, expected] :
         {NegativeRow{"com", 900, 300, seconds{300}}, NegativeRow{"example.com", 60, 300, seconds{60}},
          NegativeRow{".", 9, 9, seconds{9}}, NegativeRow{"ple.com", 900, 300, {}}, NegativeRow{"org", 900, 300, {}}}) {
        Message message;
        message.authorities = {soa(zone, ttl, minimum)};
        EXPECT_EQ(read(message).negative_ttl, expected) << zone;
    }
}

// ---- Response codes -------------------------------------------------------------------------------------------------

struct RcodeRow {
    std::uint16_t rcode;
    DnsOutcome outcome;
};

TEST(DnsMessage, TellsResponseCodesApart) {
    for (const auto& [rcode, outcome] :
         {RcodeRow{0, DnsOutcome::nodata}, RcodeRow{1, DnsOutcome::other}, RcodeRow{2, DnsOutcome::servfail},
          RcodeRow{3, DnsOutcome::nxdomain}, RcodeRow{4, DnsOutcome::other}, RcodeRow{5, DnsOutcome::refused},
          RcodeRow{15, DnsOutcome::other}}) {
        Message message;
        message.bits = static_cast<std::uint16_t>(message.bits | rcode);
        EXPECT_EQ(outcome_of(read(message)), outcome) << rcode;
    }
}

TEST(DnsMessage, ExtendsTheResponseCode) {
    Message message;
    message.additionals = {opt(1)};
    EXPECT_EQ(read(message).rcode, Rcode{16});
    EXPECT_EQ(outcome_of(read(message)), DnsOutcome::other) << "BADVERS is not NODATA";
}

TEST(DnsMessage, BelievesTheResponseCodeAgainstTheRecords) {
    Message message = answer_to(RecordType::mx, {mx("example.com", 1, "mx.example")});
    message.bits |= 3;
    EXPECT_THAT(read(message).records, IsEmpty());
    EXPECT_EQ(outcome_of(read(message)), DnsOutcome::nxdomain);
}

TEST(DnsMessage, KeepsTheAliasesOfANameThatDoesNotExist) {
    Message message = answer_to(RecordType::a, {cname("example.com", "gone.example")});
    message.bits |= 3;
    EXPECT_THAT(read(message).aliases, ElementsAre("gone.example"));
}

TEST(DnsMessage, HasItsFlags) {
    Message message;
    message.bits |= 0x0020;
    EXPECT_TRUE(read(message).ad);
}

TEST(DnsMessage, ReadsNoRecordWhenTruncated) {
    Message message = answer_to(RecordType::mx, {mx("example.com", 1, "mx.example")});
    message.bits |= 0x0200;
    Bytes bytes = message.bytes();
    bytes.resize(bytes.size() - 3);
    const auto answer = read_answer(bytes, asked);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->truncated);
    EXPECT_THAT(answer->records, IsEmpty());
    EXPECT_FALSE(answer->stops_at_alias());
}

TEST(DnsMessage, IgnoresWhatStandsBehindIt) {
    Bytes bytes = Message{}.bytes();
    bytes.insert(bytes.end(), {1, 2, 3});
    EXPECT_TRUE(read_answer(bytes, asked));
}

TEST(DnsMessage, EchoesTheNameInAnyCase) {
    Message message;
    message.question.name = "ExAmPlE.CoM";
    EXPECT_TRUE(read_answer(message.bytes(), asked));
}

// ---- What is refused ------------------------------------------------------------------------------------------------

struct FaultRow {
    std::string_view why;
    DnsFault fault;
    std::function<void(Message&)> spoil;
};

std::ostream& operator<<(std::ostream& out, const FaultRow& row) {
    return out << row.why;
}

Message good_message() {
    Message message = answer_to(RecordType::mx, {cname("example.com", "b.example"), mx("b.example", 10, "mx.example")});
    message.authorities = {ns("example", "ns.example"), soa("example", 60, 60)};
    message.additionals = {opt(), a_record("mx.example", 1)};
    return message;
}

/// Adds the smallest of records until there are `count`.
void fill(Message& message, std::size_t count) {
    const std::size_t others = message.answers.size() + message.authorities.size();
    message.additionals.resize(count - others, Record{name_bytes("."), 99, {}});
}

class FaultyMessages : public testing::TestWithParam<FaultRow> {};

TEST_P(FaultyMessages, AreRefused) {
    Message message = good_message();
    ASSERT_TRUE(read_answer(message.bytes(), asked));
    GetParam().spoil(message);
    const auto answer = read_answer(message.bytes(), asked);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), GetParam().fault) << name(answer.error());
}

/// Owner or data that points forward, where c-ares would read an empty name: a null MX out of thin air.
constexpr std::uint8_t pointer_forward[] = {0xC1, 0xFF};
const Bytes forward(std::begin(pointer_forward), std::end(pointer_forward));

INSTANTIATE_TEST_SUITE_P(
    DnsMessage, FaultyMessages,
    testing::Values(
        FaultRow{"a query", DnsFault::header, [](Message& m) { m.bits &= 0x7FFF; }},
        FaultRow{"another opcode", DnsFault::header, [](Message& m) { m.bits |= 0x2800; }},
        FaultRow{"another id", DnsFault::id, [](Message& m) { m.question.id = 0x1235; }},
        FaultRow{"another name", DnsFault::question, [](Message& m) { m.question.name = "example.org"; }},
        FaultRow{"another type", DnsFault::question, [](Message& m) { m.question.type = RecordType::a; }},
        FaultRow{"owner points forward", DnsFault::record, [](Message& m) { m.answers[1].owner = forward; }},
        FaultRow{"exchange points forward", DnsFault::record,
                 [](Message& m) { m.answers[1].data = {0, 10, 0xC1, 0xFF}; }},
        FaultRow{"alias points forward", DnsFault::record, [](Message& m) { m.answers[0].data = forward; }},
        FaultRow{"MX data too short", DnsFault::record, [](Message& m) { m.answers[1].data = {0}; }},
        FaultRow{"MX data too long", DnsFault::record, [](Message& m) { m.answers[1].data.push_back(0); }},
        FaultRow{"MX data without a name", DnsFault::record, [](Message& m) { m.answers[1].data = {0, 10}; }},
        FaultRow{"MX name over the end of its data", DnsFault::record,
                 [](Message& m) { m.answers[1].data = {0, 10, 30, 'x'}; }},
        FaultRow{"MX data malformed though of another name", DnsFault::record,
                 [](Message& m) { m.answers.push_back({name_bytes("other.example"), 15, {1}}); }},
        FaultRow{"two aliases of one name", DnsFault::record,
                 [](Message& m) { m.answers.push_back(cname("example.com", "c.example")); }},
        FaultRow{"SOA cut short", DnsFault::record, [](Message& m) { m.authorities[1].data.pop_back(); }},
        FaultRow{"SOA too long", DnsFault::record, [](Message& m) { m.authorities[1].data.push_back(0); }},
        FaultRow{"two OPT", DnsFault::record, [](Message& m) { m.additionals.push_back(opt()); }},
        FaultRow{"OPT not at the root", DnsFault::record, [](Message& m) { m.additionals[0].owner = name_bytes("x"); }},
        FaultRow{"too many records", DnsFault::limit, [](Message& m) { fill(m, dns_record_limit + 1); }}));

TEST(DnsMessage, MayHoldAsManyRecordsAsTheLimitSays) {
    Message message = good_message();
    fill(message, dns_record_limit);
    EXPECT_TRUE(read_answer(message.bytes(), asked));
}

TEST(DnsMessage, OfAnotherClassIsRefused) {
    Bytes bytes = Message{}.bytes();
    bytes.back() = 3;
    EXPECT_EQ(read_answer(bytes, asked).error(), DnsFault::question);
}

TEST(DnsMessage, WithoutItsQuestionIsRefused) {
    Bytes bytes = Message{}.bytes();
    bytes[5] = 0;
    EXPECT_EQ(read_answer(bytes, asked).error(), DnsFault::question);
    bytes[5] = 2;
    EXPECT_EQ(read_answer(bytes, asked).error(), DnsFault::question);
}

TEST(DnsMessage, IsRefusedWhenCutAnywhere) {
    const Bytes whole = good_message().bytes();
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(read_answer(std::span(whole).first(length), asked)) << length;
}

TEST(DnsMessage, IsRefusedBeyondTheGreatestSize) {
    Bytes bytes = Message{}.bytes();
    bytes.resize(dns_message_limit);
    EXPECT_TRUE(read_answer(bytes, asked));
    bytes.resize(dns_message_limit + 1);
    EXPECT_EQ(read_answer(bytes, asked).error(), DnsFault::header);
}

TEST(DnsMessage, DataOfTheWrongLengthIsRefused) {
    for (const auto type : {RecordType::a, RecordType::aaaa, RecordType::txt, RecordType::tlsa, RecordType::ptr}) {
        for (const Bytes& data : {Bytes{}, Bytes{9, 'x'}, Bytes(200, 0xAA)}) {
            const bool is_whole = type == RecordType::tlsa && data.size() > 3;
            const Message message = answer_to(type, {{name_bytes("example.com"), std::to_underlying(type), data}});
            EXPECT_EQ(read_answer(message.bytes(), message.question).has_value(), is_whole)
                << name(type) << " " << data.size();
        }
    }
}

TEST(DnsMessage, FromAServerThatOnlyRefersIsRefused) {
    Message message;
    message.authorities = {ns("com", "a.gtld.example")};
    EXPECT_EQ(read_answer(message.bytes(), asked).error(), DnsFault::referral);
    message.bits |= 0x0400;
    EXPECT_TRUE(read_answer(message.bytes(), asked)) << "the zone's own server may leave the SOA out";
}

}  // namespace
}  // namespace mxfleet
