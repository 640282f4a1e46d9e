#include "probes/wire/mailbox_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

using Kind = MailboxReplyFormat::Kind;
using Status = MailboxReplyReader::Status;
using ::testing::ElementsAre;

struct Row {
    const char* name;
    MailboxReplyFormat format;
    std::string bytes;
    int code;  ///< 0: malformed
    std::vector<std::string> lines;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all = {
        {"ImapGreeting", {Kind::imap_greeting, {}}, "* OK hello\r\n", 200, {"hello"}},
        {"ImapGreetingWithoutText", {Kind::imap_greeting, {}}, "* OK\r\n", 200, {""}},
        {"ImapPreauth", {Kind::imap_greeting, {}}, "* PREAUTH hi\r\n", 235, {"hi"}},
        {"ImapBye", {Kind::imap_greeting, {}}, "* BYE no\r\n", 550, {"no"}},
        {"ImapByeForNow", {Kind::imap_greeting, {}}, "* BYE [UNAVAILABLE] no\r\n", 450, {"[UNAVAILABLE] no"}},
        {"ImapNoGreeting", {Kind::imap_greeting, {}}, "* LIST x\r\n", 0, {}},
        {"ImapOkay", {Kind::imap_greeting, {}}, "* OKAY\r\n", 0, {}},
        {"ImapTagged", {Kind::imap_tagged, "m1"}, "* A b\r\nm1 OK done\r\n", 200, {"A b", "done"}},
        {"ImapLowerCase", {Kind::imap_tagged, "m1"}, "m1 ok\r\n", 200, {""}},
        {"ImapNo", {Kind::imap_tagged, "m1"}, "m1 NO x\r\n", 550, {"x"}},
        {"ImapBad", {Kind::imap_tagged, "m1"}, "m1 BAD x\r\n", 550, {"x"}},
        {"ImapInUse", {Kind::imap_tagged, "m1"}, "m1 NO [INUSE] x\r\n", 450, {"[INUSE] x"}},
        {"ImapGoOn", {Kind::imap_tagged, "m1"}, "+\r\n", 334, {""}},
        {"ImapOtherTag", {Kind::imap_tagged, "m1"}, "m2", 0, {}},
        {"ImapOtherWord", {Kind::imap_tagged, "m1"}, "m1 YES\r\n", 0, {}},
        {"ImapBareLf", {Kind::imap_tagged, "m1"}, "m1 OK x\n", 200, {"x"}},
        {"ImapLiteral",
         {Kind::imap_tagged, "m1"},
         "* 1 X {11}\r\nm1 OK\r\n* {9} y\r\nm1 OK\r\n",
         200,
         {"1 X {11}\r\nm1 OK\r\n* {9} y", ""}},
        {"ImapLiterals",
         {Kind::imap_tagged, "m1"},
         "* X {1}\r\na {2+}\r\n\r\n {0}\r\n)\r\nm1 OK\r\n",
         200,
         {"X {1}\r\na {2+}\r\n\r\n {0}\r\n)", ""}},
        {"ImapStatusIsNoLiteral",
         {Kind::imap_tagged, "m1"},
         "* OK wait {9}\r\nm1 OK {3}\r\n",
         200,
         {"OK wait {9}", "{3}"}},
        {"ImapBracesOfOtherThings",
         {Kind::imap_tagged, "m1"},
         "* X {a}\r\n* Y }\r\n* Z {}\r\nm1 OK\r\n",
         200,
         {"X {a}", "Y }", "Z {}", ""}},
        {"ImapLiteralOverTheLine", {Kind::imap_tagged, "m1"}, "* X {4096}\r\n", 0, {}},
        {"ImapLiteralOverAllNumbers", {Kind::imap_tagged, "m1"}, "* X {18446744073709551615}\r\n", 0, {}},
        {"Pop3Ok", {Kind::pop3_line, {}}, "+OK hi\r\n", 200, {"hi"}},
        {"Pop3Err", {Kind::pop3_line, {}}, "-ERR no\r\n", 550, {"no"}},
        {"Pop3ErrForNow", {Kind::pop3_line, {}}, "-ERR [SYS/TEMP] no\r\n", 450, {"[SYS/TEMP] no"}},
        {"Pop3GoOn", {Kind::pop3_line, {}}, "+ \r\n", 334, {""}},
        {"Pop3Garbage", {Kind::pop3_line, {}}, "2", 0, {}},
        {"Pop3Okay", {Kind::pop3_line, {}}, "+OKAY\r\n", 0, {}},
        {"Pop3List", {Kind::pop3_list, {}}, "+OK\r\nUSER\r\n..\r\n.\r\n", 200, {"", "USER", "."}},
        {"Pop3ListRefused", {Kind::pop3_list, {}}, "-ERR\r\n", 550, {""}},
    };
    return all;
}

class MailboxReply : public ::testing::TestWithParam<Row> {};

void expect_read(const Row& row, MailboxReplyReader& reader, Status status) {
    ASSERT_EQ(status, row.code == 0 ? Status::malformed : Status::done);
    if (row.code == 0) return;
    const SmtpReply reply = reader.take();
    EXPECT_EQ(reply.code, row.code);
    EXPECT_EQ(reply.lines, row.lines);
}

TEST_P(MailboxReply, IsReadWhole) {
    MailboxReplyReader reader(GetParam().format);
    std::size_t used = 0;
    const Status status = reader.feed(GetParam().bytes + "trailing", used);
    expect_read(GetParam(), reader, status);
    if (GetParam().code != 0) {
        EXPECT_EQ(used, GetParam().bytes.size()) << "what follows belongs to what follows";
    }
}

TEST_P(MailboxReply, IsReadByteByByte) {
    MailboxReplyReader reader(GetParam().format);
    Status status = Status::more;
    for (const char byte : GetParam().bytes) {
        ASSERT_EQ(status, Status::more);
        std::size_t used = 0;
        status = reader.feed({&byte, 1}, used);
        ASSERT_EQ(used, 1u);
    }
    expect_read(GetParam(), reader, status);
}

INSTANTIATE_TEST_SUITE_P(Table, MailboxReply, ::testing::ValuesIn(rows()),
                         [](const auto& row) { return std::string(row.param.name); });

/// Feeds a line again and again until the reader has enough; how many times that took.
std::size_t fed_until_malformed(MailboxReplyReader& reader, const std::string& line) {
    for (std::size_t times = 1; times < 100'000; ++times) {
        std::size_t used = 0;
        if (reader.feed(line, used) == Status::malformed) return times;
    }
    return 0;
}

TEST(MailboxReplyLimits, HoldForLinesAndReplies) {
    MailboxReplyReader many({Kind::imap_tagged, "m1"});
    EXPECT_EQ(fed_until_malformed(many, "* x\r\n"), 513u);
    MailboxReplyReader large({Kind::imap_tagged, "m1"});
    EXPECT_EQ(fed_until_malformed(large, "* " + std::string(1020, 'x') + "\r\n"), 65u);
    MailboxReplyReader endless({Kind::pop3_line, {}});
    EXPECT_EQ(fed_until_malformed(endless, "+OK" + std::string(4096, 'x')), 1u);
}

TEST(MailboxReplyLimits, CutWhatIsOfNoInterest) {
    const MailboxReplyFormat top{Kind::pop3_list, {}, {.line = 8, .lines = 1000, .bytes = 30, .cuts = true}};
    MailboxReplyReader reader(top);
    std::size_t used = 0;
    const std::string bytes = "+OK\r\n1234567890\r\n..\r\n" + std::string(100, 'x') + "\r\n.x\r\nend\r\n.\r\n";
    EXPECT_EQ(reader.feed(bytes, used), Status::done);
    EXPECT_EQ(used, bytes.size());
    EXPECT_THAT(reader.take().lines, ElementsAre("", "12345678", ".", "xxxxxxxx", "x")) << "30 bytes, and then no more";

    MailboxReplyReader endless(top);
    const std::size_t times = fed_until_malformed(endless, "+OK\r\n" + std::string(1 << 20, 'x'));
    EXPECT_EQ(times, 16u);
    EXPECT_LE(endless.current_line().size(), 8u);
}

TEST(MailboxReplyLimits, AreThoseOfTheCommand) {
    MailboxReplyReader fetch(format_of_reply(ServiceProtocol::imap, "m1 UID FETCH 3 (BODY.PEEK[])", {}));
    std::size_t used = 0;
    const std::string letter(65'536, 'x');
    EXPECT_EQ(fetch.feed("* 1 FETCH (UID 3 BODY[] {65536}\r\n" + letter + ")\r\nm1 OK\r\n", used), Status::done);
    EXPECT_THAT(fetch.seen(), ElementsAre("* 1 FETCH (UID 3 BODY[] {65536}", "m1 OK")) << "nothing of the letter";
    EXPECT_EQ(fetch.take().lines.size(), 2u);

    MailboxReplyReader uidl(format_of_reply(ServiceProtocol::pop3, "UIDL", {}));
    EXPECT_EQ(uidl.feed("+OK\r\n", used), Status::more);
    EXPECT_EQ(fed_until_malformed(uidl, "1 uid\r\n"), 50'000u);
}

TEST(MailboxReplyFormats, FollowTheCommand) {
    const MailboxReplyFormat first = format_of_reply(ServiceProtocol::imap, "m7 AUTHENTICATE PLAIN", {});
    EXPECT_EQ(first.kind, Kind::imap_tagged);
    EXPECT_EQ(first.tag, "m7");
    EXPECT_EQ(format_of_reply(ServiceProtocol::imap, "AGEAYg==", first).tag, "m7");
    EXPECT_EQ(format_of_reply(ServiceProtocol::pop3, "CAPA", {}).kind, Kind::pop3_list);
    EXPECT_EQ(format_of_reply(ServiceProtocol::pop3, "TOP 1 200", {}).kind, Kind::pop3_list);
    EXPECT_EQ(format_of_reply(ServiceProtocol::pop3, "STAT", {}).kind, Kind::pop3_line);
    EXPECT_EQ(format_of_reply(ServiceProtocol::pop3, "TOPAZ", {}).kind, Kind::pop3_line);
}

TEST(Secrets, AreHiddenHoweverTheyAreSaidBack) {
    const Secrets secrets("user", "pa\"ss");
    EXPECT_EQ(secrets.without("-ERR unknown: PASS pa\"ss"), "-ERR unknown: PASS ********");
    EXPECT_EQ(secrets.without("BAD LOGIN \"user\" \"pa\\\"ss\""), "BAD LOGIN \"user\" ********");
    EXPECT_EQ(secrets.without("501 AHVzZXIAcGEic3M= cGEic3M="), "501 ******** ********");
    EXPECT_EQ(secrets.without("nothing"), "nothing");
    EXPECT_EQ(Secrets().without("nothing"), "nothing");
}

TEST(Base64, IsAsRfc4648HasIt) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64(std::string_view("\xff\x00\xfe", 3)), "/wD+");
    for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd\xfc"})
        EXPECT_EQ(from_base64(base64(text)), text);
    for (const char* const text :
         {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zg==Zg==", "Zm9 v", "Zm9v\r", "=", "====", "Zm9-"})
        EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace mxfleet
