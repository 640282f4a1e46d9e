#include "probes/wire/smtp_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace mxfleet {
namespace {

using testing::ElementsAre;
using Status = ReplyReader::Status;

struct Read {
    Status status = Status::more;
    std::size_t used = 0;
    SmtpReply reply;
    ReplyFault fault = ReplyFault::not_smtp;
};

Read read_in_pieces(std::string_view bytes, std::size_t piece) {
    ReplyReader reader;
    Read read;
    while (read.status == Status::more && read.used < bytes.size()) {
        std::size_t used = 0;
        read.status = reader.feed(bytes.substr(read.used, piece), used);
        read.used += used;
    }
    if (read.status == Status::malformed) read.fault = reader.fault();
    if (read.status == Status::done) read.reply = reader.take();
    return read;
}

struct GoodReply {
    std::string_view name;
    std::string_view bytes;
    int code;
    std::vector<std::string> lines;
    bool bare_lf = false;
};

std::ostream& operator<<(std::ostream& out, const GoodReply& row) {
    return out << row.name;
}

class GoodReplies : public testing::TestWithParam<GoodReply> {};

TEST_P(GoodReplies, AreReadWholeAndByteByByte) {
    const GoodReply& row = GetParam();
    for (const std::size_t piece : {row.bytes.size(), std::size_t{1}, std::size_t{7}}) {
        const Read read = read_in_pieces(row.bytes, piece);
        ASSERT_EQ(read.status, Status::done) << "in pieces of " << piece;
        EXPECT_EQ(read.used, row.bytes.size());
        EXPECT_EQ(read.reply.code, row.code);
        EXPECT_EQ(read.reply.lines, row.lines);
        EXPECT_EQ(read.reply.bare_lf, row.bare_lf);
    }
}

TEST_P(GoodReplies, LeaveWhatFollowsAlone) {
    const GoodReply& row = GetParam();
    const std::string followed = std::string(row.bytes) + "250 next\r\n";
    EXPECT_EQ(read_in_pieces(followed, followed.size()).used, row.bytes.size());
}

TEST_P(GoodReplies, WantMoreWhenCutAnywhere) {
    const GoodReply& row = GetParam();
    for (std::size_t length = 0; length < row.bytes.size(); ++length) {
        EXPECT_EQ(read_in_pieces(row.bytes.substr(0, length), length + 1).status, Status::more) << length;
    }
}

INSTANTIATE_TEST_SUITE_P(
    SmtpReply, GoodReplies,
    testing::Values(GoodReply{"one line", "220 mx.example.com ESMTP\r\n", 220, {"mx.example.com ESMTP"}},
                    GoodReply{
                        "many lines", "250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n", 250, {"mx", "SIZE 1", "STARTTLS"}},
                    GoodReply{"no text", "220\r\n", 220, {""}}, GoodReply{"no text but a space", "220 \r\n", 220, {""}},
                    GoodReply{"no text in a continued line", "220-\r\n220 x\r\n", 220, {"", "x"}},
                    GoodReply{"no text and bare LF", "220\n", 220, {""}, true},
                    GoodReply{"bare LF", "250-a\n250 b\r\n", 250, {"a", "b"}, true},
                    GoodReply{"lowest code", "200 x\r\n", 200, {"x"}},
                    GoodReply{"highest code", "599 x\r\n", 599, {"x"}},
                    GoodReply{"carriage return inside", "250 a\rb\r\n", 250, {"a\rb"}},
                    GoodReply{"NUL inside", std::string_view("250 a\0b\r\n", 9), 250, {std::string("a\0b", 3)}},
                    GoodReply{"no UTF-8", "250 \xff\xfe\r\n", 250, {"\xff\xfe"}}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

struct BadReply {
    std::string_view name;
    std::string bytes;
    ReplyFault fault;
    std::size_t known_after;  ///< bytes after which the fault is known, with no line end needed
};

std::ostream& operator<<(std::ostream& out, const BadReply& row) {
    return out << row.name;
}

class BadReplies : public testing::TestWithParam<BadReply> {};

TEST_P(BadReplies, AreRefusedAtTheFirstBadByte) {
    const BadReply& row = GetParam();
    const Read read = read_in_pieces(row.bytes, 1);
    ASSERT_EQ(read.status, Status::malformed);
    EXPECT_EQ(read.fault, row.fault) << describe(read.fault);
    EXPECT_EQ(read.used, row.known_after);
}

TEST_P(BadReplies, AreRefusedInOnePiece) {
    const BadReply& row = GetParam();
    const Read read = read_in_pieces(row.bytes, row.bytes.size());
    ASSERT_EQ(read.status, Status::malformed);
    EXPECT_EQ(read.fault, row.fault) << describe(read.fault);
}

std::string many_lines(std::size_t count) {
    std::string bytes;
    for (std::size_t line = 0; line < count; ++line)
        bytes += "250-x\r\n";
    return bytes + "250 x\r\n";
}

std::string long_lines(std::size_t count) {
    std::string bytes;
    for (std::size_t line = 0; line < count; ++line)
        bytes += "250-" + std::string(4000, 'x') + "\r\n";
    return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    SmtpReply, BadReplies,
    testing::Values(BadReply{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", ReplyFault::not_smtp, 1},
                    BadReply{"web page", "HTTP/1.1 400\r\n", ReplyFault::not_smtp, 1},
                    BadReply{"binary without line end", std::string("\x4a\0\0\0\x0a", 5), ReplyFault::not_smtp, 1},
                    BadReply{"empty line", "\r\n", ReplyFault::not_smtp, 1},
                    BadReply{"two digits", "22 x\r\n", ReplyFault::not_smtp, 3},
                    BadReply{"four digits", "2200 x\r\n", ReplyFault::not_smtp, 4},
                    BadReply{"no separator", "220x\r\n", ReplyFault::not_smtp, 4},
                    BadReply{"tab as separator", "220\tx\r\n", ReplyFault::not_smtp, 4},
                    BadReply{"code too low", "199 x\r\n", ReplyFault::code_out_of_range, 1},
                    BadReply{"code too high", "600 x\r\n", ReplyFault::code_out_of_range, 1},
                    BadReply{"mixed codes", "250-a\r\n550 b\r\n", ReplyFault::mixed_codes, 11},
                    BadReply{"line too long", "220 " + std::string(5000, 'x'), ReplyFault::line_too_long,
                             reply_line_limit},
                    BadReply{"too many lines", many_lines(reply_lines_limit), ReplyFault::reply_too_long,
                             (reply_lines_limit + 1) * 7},
                    BadReply{"reply too long", long_lines(20), ReplyFault::reply_too_long, reply_limit + 1}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

TEST(SmtpReply, HoldsTheMostItMay) {
    EXPECT_EQ(read_in_pieces(many_lines(reply_lines_limit - 1), 4096).status, Status::done);
    const std::string longest = "220 " + std::string(reply_line_limit - 6, 'x') + "\r\n";
    EXPECT_EQ(read_in_pieces(longest, longest.size()).status, Status::done);
}

TEST(SmtpReply, ShowsTheLineAtFault) {
    ReplyReader reader;
    std::size_t used = 0;
    ASSERT_EQ(reader.feed("250-fine\r\n", used), Status::more);
    ASSERT_EQ(reader.feed("garbage\r\n", used), Status::malformed);
    EXPECT_EQ(reader.current_line(), "garbage\r\n");
}

TEST(SmtpReply, ShowsTheLineAtFaultInPieces) {
    ReplyReader reader;
    std::size_t used = 0;
    ASSERT_EQ(reader.feed("250-fi", used), Status::more);
    EXPECT_EQ(reader.current_line(), "250-fi");
    ASSERT_EQ(reader.feed("ne\r\n25", used), Status::more);
    EXPECT_EQ(reader.current_line(), "25");
    ASSERT_EQ(reader.feed("1-other\r\n", used), Status::malformed);
    EXPECT_EQ(reader.current_line(), "251-other\r\n");
}

TEST(EnhancedCode, IsReadFromTheStartOfTheText) {
    EXPECT_EQ(EnhancedCode::parse("5.7.1 Relay access denied"), (EnhancedCode{5, 7, 1}));
    EXPECT_EQ(EnhancedCode::parse("2.1.0"), (EnhancedCode{2, 1, 0}));
    EXPECT_EQ(EnhancedCode::parse("5.7.512 x"), (EnhancedCode{5, 7, 512}));
}

TEST(EnhancedCode, IsNothingElse) {
    for (const std::string_view text : {"", "5", "5.7", "5.7.", "5.7.1x", "5.7.1.2", "3.0.0 x", "1.1.1", "5.-7.1",
                                        "5.7.1234", " 5.7.1", "a.b.c", "5..1", "55.7.1"}) {
        EXPECT_EQ(EnhancedCode::parse(text), std::nullopt) << text;
    }
}

TEST(EnhancedCode, PrintsAsItReads) {
    EXPECT_EQ((EnhancedCode{4, 7, 25}).text(), "4.7.25");
}

}  // namespace
}  // namespace mxfleet
