// Test messages as they are composed, and letters as they are known again.
#include "probes/flow/letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/flow/mail_date.hpp"
#include "probes/flow/message.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::chrono::sys_seconds sent = std::chrono::sys_days{std::chrono::November / 22 / 2026} + 21h;
const Token token{0x1f2e3d4c, sent, "0123456789abcdef01234567"};

TestMessage message() {
    return {
        token, "inbound", "probe@example.net", "box@example.com", {"mx1.example.com", *IpAddress::parse("192.0.2.1")}};
}

/// The message as it stands in the mailbox, with these lines on top.
std::string delivered(const std::string& lines) {
    return lines + compose(message());
}

TEST(TestMessages, SayWhatTheyAreAndWhomTheyWereHandedTo) {
    EXPECT_EQ(compose(message()),
              "Date: Sun, 22 Nov 2026 21:00:00 +0000\r\n"
              "From: <probe@example.net>\r\n"
              "To: <box@example.com>\r\n"
              "Message-ID: <1f2e3d4c-6b0357d0-0123456789abcdef01234567@example.net>\r\n"
              "Subject: mxfleet test message 1f2e3d4c-6b0357d0-0123456789abcdef01234567\r\n"
              "X-Mxfleet-Token: 1f2e3d4c-6b0357d0-0123456789abcdef01234567; ip=192.0.2.1\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "\r\n"
              "This is a test of mail delivery. mxfleet sends it, finds it in the mailbox, and removes it.\r\n"
              "\r\n"
              "Flow:      inbound\r\n"
              "Handed to: mx1.example.com [192.0.2.1]:25\r\n");
}

TEST(TestMessages, LetNoValueEndALine) {
    TestMessage hostile = message();
    hostile.to = "box@example.com>\r\nBcc: <all@example.com";
    hostile.flow = "a\r\n.\r\nQUIT";
    hostile.handed_to.mx = "mx\r\n.example";
    EXPECT_THAT(compose(hostile), Not(HasSubstr("\r\nBcc")));
    EXPECT_THAT(compose(hostile), Not(HasSubstr("\r\n.\r\n")));
}

TEST(Tokens, ReadBackAndAreNothingElse) {
    EXPECT_EQ(read_token(token.text()), token);
    EXPECT_EQ(read_token(token.text() + "0"), std::nullopt);
    EXPECT_EQ(read_token("1F2E3D4C-6b0357d0-0123456789abcdef01234567"), std::nullopt);
    EXPECT_EQ(read_token("1f2e3d4c-6b0357d0-0123456789abcdef0123456x"), std::nullopt);
    EXPECT_EQ(find_token("a-b, <" + token.text() + "@example.net>"), token);
    EXPECT_EQ(find_token(token.text().substr(1)), std::nullopt);
}

TEST(MailDates, AreReadInEveryFormThatIsMet) {
    for (const char* const text :
         {"Sun, 22 Nov 2026 21:00:00 +0000", "22 Nov 2026 22:00 +0100", "Sun,22 nov 26 16:00:00 EST",
          " Sun, 22 Nov 2026 (a (nested) comment) 13:30:00 -0730 (PST)", "22 Nov 126 21:00:00 GMT",
          "Sun, 22 Nov 2026 21:00:00 -0000", "Sun, 22 Nov 2026 21:00:00 nonsense"}) {
        EXPECT_EQ(read_mail_date(text), sent) << text;
    }
}

TEST(MailDates, ThatAreNoneAreNone) {
    for (const char* const text : {"", "Sun", "32 Nov 2026 21:00:00 +0000", "31 Nov 2026 21:00:00 +0000",
                                   "22 Nov 2026 24:00:00 +0000", "22 Nov 2026 21 +0000", "22 Nuv 2026 21:00:00 +0000",
                                   "22 Nov 99999 21:00:00 +0000", "22 Nov 2026 21:00:00:00", "22 Nov 2026 :21:00"}) {
        EXPECT_EQ(read_mail_date(text), std::nullopt) << text;
    }
}

TEST(Letters, OfOursAreKnownByTheirToken) {
    const LetterFacts letter = recognise(delivered("Return-Path: <probe@example.net>\r\n"));
    EXPECT_EQ(letter.token, token);
    EXPECT_EQ(letter.handed_to, "192.0.2.1");
    EXPECT_FALSE(letter.report);
}

TEST(Letters, OfOthersAreNot) {
    EXPECT_EQ(recognise("Subject: hello\n\nX-Mxfleet-Token: " + token.text() + "\n").token, std::nullopt);
    EXPECT_EQ(recognise("X-Mxfleet-Token: something\n\n").token, std::nullopt);
    EXPECT_EQ(recognise("").token, std::nullopt);
}

TEST(Letters, TellTheirWayWithTimesOfEachHop) {
    const LetterFacts letter = recognise(delivered(
        "Received: from filter.example.com (filter.example.com [192.0.2.9])\r\n"
        "\tby box.example.com with LMTP id 1; Sun, 22 Nov 2026 21:00:02 +0000\r\n"
        "Received: from localhost by filter.example.com; Sun, 22 Nov 2026 22:00:03 +0100\r\n"
        "Received: from probe.example.net (unknown [198.51.100.7] by nobody) by mx1.example.com with ESMTPS id 2\r\n"
        "\tfor <box@example.com>; Sun, 22 Nov 2026 21:00:01 +0000 (UTC)\r\n"));
    ASSERT_EQ(letter.hops.size(), 3u);
    EXPECT_EQ(letter.hops[0].from, "probe.example.net");
    EXPECT_EQ(letter.hops[0].by, "mx1.example.com");
    EXPECT_EQ(letter.hops[0].with, "ESMTPS");
    EXPECT_EQ(letter.hops[0].took, 1s);
    EXPECT_EQ(letter.hops[1].took, 2s);
    EXPECT_EQ(letter.hops[2].by, "box.example.com");
    EXPECT_EQ(letter.hops[2].took, -1s) << "a clock that lags is shown, not hidden";
}

TEST(Letters, GoOnCountingBehindAHopWithoutATime) {
    const LetterFacts letter =
        recognise(delivered("Received: by c; Sun, 22 Nov 2026 21:00:05 +0000\r\n"
                            "Received: by b; yesterday\r\n"
                            "Received: by a; Sun, 22 Nov 2026 21:00:01 +0000\r\n"));
    ASSERT_EQ(letter.hops.size(), 3u);
    EXPECT_EQ(letter.hops[1].at, std::nullopt);
    EXPECT_EQ(letter.hops[1].took, std::nullopt);
    EXPECT_EQ(letter.hops[2].took, 4s);
}

TEST(Letters, HaveNoMoreHopsThanAreKept) {
    std::string lines;
    for (int at = 0; at < 100; ++at)
        lines += "Received: by host; Sun, 22 Nov 2026 21:00:05 +0000\r\n";
    EXPECT_EQ(recognise(delivered(lines)).hops.size(), hops_limit);
}

TEST(Authentications, AreThoseOfTheReceivingServer) {
    const Authentication found =
        recognise(
            delivered(
                "Authentication-Results: mx.example.com; dkim=fail reason=\"bad; dkim=pass\" header.d=example.net\r\n"
                "Authentication-Results: mx.example.com 1; spf=pass (a comment; spf=fail) "
                "smtp.mailfrom=example.net;\r\n"
                "\tdmarc/1 = Pass header.from=example.net\r\n"
                "Authentication-Results: forged.example.org; dkim=pass; spf=fail\r\n"))
            .authentication;
    EXPECT_EQ(found.server, "mx.example.com");
    EXPECT_EQ(found.spf, AuthResult::pass);
    EXPECT_EQ(found.dkim, AuthResult::fail);
    EXPECT_EQ(found.dmarc, AuthResult::pass);
}

TEST(Authentications, TakeTheBestOfSeveralSignatures) {
    const Authentication found =
        recognise(delivered("Authentication-Results: mx; dkim=none; dkim=pass; dkim=fail; spf=other\r\n"))
            .authentication;
    EXPECT_EQ(found.dkim, AuthResult::pass);
    EXPECT_EQ(found.spf, std::nullopt);
    EXPECT_EQ(found.dmarc, std::nullopt);
    EXPECT_THAT(recognise(delivered("")).authentication.server, IsEmpty());
}

std::string report(const std::string& envelope_id, const std::string& action, const std::string& returned) {
    return "Return-Path: <>\nFrom: MAILER-DAEMON@mx1.example.com\n"
           "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"b/1\"\n\n"
           "a preamble\n--b/1\nContent-Type: text/plain\n\nI'm sorry.\n"
           "--b/1\nContent-Type: message/delivery-status\n\n"
           "Reporting-MTA: dns; mx1.example.com\n" +
           envelope_id + "\nFinal-Recipient: rfc822; box@example.com\nAction: " + action +
           "\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n user\n\n" + returned + "--b/1--\n";
}

TEST(Reports, AreKnownByTheEnvelopeId) {
    const LetterFacts letter = recognise(report("Original-Envelope-Id: " + token.text() + "\n", "failed (final)", ""));
    ASSERT_TRUE(letter.report);
    EXPECT_EQ(letter.token, token);
    EXPECT_EQ(letter.report->action, ReportedAction::failed);
    EXPECT_EQ(letter.report->reporter, "mx1.example.com");
    EXPECT_EQ(letter.report->status, "5.1.1");
    EXPECT_EQ(letter.report->words, "550 5.1.1 no such user");
}

TEST(Reports, AreKnownByTheHeaderTheyReturn) {
    const std::string returned =
        "--b/1\nContent-Type: text/rfc822-headers\n\nSubject: s\nX-Mxfleet-Token: " + token.text() + "; ip=192.0.2.1\n";
    for (const auto& [word, action] : {std::pair{"Delivered", ReportedAction::delivered},
                                       {"delayed", ReportedAction::delayed},
                                       {"RELAYED", ReportedAction::relayed}}) {
        const LetterFacts letter = recognise(report("", word, returned));
        ASSERT_TRUE(letter.report) << word;
        EXPECT_EQ(letter.token, token);
        EXPECT_EQ(letter.report->action, action);
    }
}

TEST(Reports, ThatTellNothingAreNone) {
    EXPECT_FALSE(recognise(report("", "perhaps", "")).report);
    EXPECT_FALSE(recognise("Content-Type: multipart/report\n\n--b\n").report);
    EXPECT_EQ(recognise(report("", "failed", "")).token, std::nullopt) << "of somebody else's mail";
}

TEST(Reports, OfAnOlderKindQuoteTheHeader) {
    const std::string bounce =
        "Return-Path: <>\nSubject: failure notice\n\nHi. I gave up.\n\n  Subject: x\n"
        "  X-Mxfleet-Token: " +
        token.text() + "; ip=192.0.2.1\n";
    const LetterFacts letter = recognise(bounce);
    ASSERT_TRUE(letter.report);
    EXPECT_EQ(letter.token, token);
    EXPECT_EQ(letter.report->action, ReportedAction::failed);
    EXPECT_EQ(letter.report->words, "failure notice");
}

TEST(Headers, AreCutAtSemicolonsOutsideOfQuotes) {
    EXPECT_THAT(clauses_of("a; \"b;\\\";\" ;c"), ElementsAre("a", "\"b;\\\";\"", "c"));
    EXPECT_THAT(clauses_of(""), ElementsAre(""));
    EXPECT_THAT(clauses_of("a; \"never ends"), ElementsAre("a", "\"never ends"));
    EXPECT_THAT(clauses_of("a; \"escapes nothing\\"), ElementsAre("a", "\"escapes nothing\\"));
}

TEST(Headers, AreBounded) {
    std::string many;
    for (int at = 0; at < 1000; ++at)
        many += "A: b\n";
    EXPECT_EQ(read_header(many).fields.size(), Header::fields_limit);
    std::string folded = "A: b\n";
    for (int at = 0; at < 1000; ++at)
        folded += " " + std::string(100, 'x') + "\n";
    EXPECT_LE(read_header(folded).value("a").size(), Header::value_limit);
    EXPECT_THAT(parts_of("--b\n1\n--b\n2", "b"), ElementsAre("1\n", "2"));
}

}  // namespace
}  // namespace mxfleet
