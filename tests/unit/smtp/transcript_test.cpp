#include "probes/smtp/transcript.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

using std::chrono::milliseconds;

TEST(Transcript, GivesBackWhatWasAdded) {
    Transcript transcript;
    transcript.add(milliseconds{1}, false, "220 mx.example.com");
    transcript.add(milliseconds{2}, true, "");
    transcript.add(milliseconds{3}, true, "QUIT");
    transcript.shrink_to_fit();
    std::string text;
    for (const TranscriptLine line : transcript)
        text +=
            std::to_string(line.at / milliseconds{1}) + (line.from_client ? ">" : "<") + std::string(line.line) + ";";
    EXPECT_EQ(text, "1<220 mx.example.com;2>;3>QUIT;");
    EXPECT_EQ(transcript.size(), 3u);
}

TEST(Transcript, MakesLinesPrintableAndTakesTheirEndsAway) {
    Transcript transcript;
    transcript.add({}, true, "EHLO \x1b\r\n");
    transcript.add({}, SmtpReply{.code = 250, .lines = {"mx\r", "", "A\x07"}});
    transcript.add({}, SmtpReply{.code = 354, .lines = {""}});
    transcript.add({}, SmtpReply{.code = 220, .lines = {std::string(600, 'x')}});
    std::vector<std::string> lines;
    for (const TranscriptLine line : transcript)
        lines.emplace_back(line.line);
    EXPECT_EQ(lines, (std::vector<std::string>{"EHLO \\x1b", "250-mx", "250-", "250 A\\x07", "354",
                                               "220 " + std::string(505, 'x') + "\xe2\x80\xa6"}));
}

TEST(Transcript, IsEmptyAtFirst) {
    const Transcript transcript;
    EXPECT_TRUE(transcript.empty());
    EXPECT_EQ(transcript.begin(), transcript.end());
}

TEST(Transcript, HasLimits) {
    Transcript many;
    for (int at = 0; at < 1000; ++at)
        many.add({}, true, "NOOP");
    EXPECT_EQ(many.size(), Transcript::lines_limit);

    Transcript long_lines;
    for (int at = 0; at < 100; ++at)
        long_lines.add({}, false, std::string(512, 'x'));
    std::size_t bytes = 0;
    for (const TranscriptLine line : long_lines)
        bytes += line.line.size();
    EXPECT_LE(bytes, Transcript::bytes_limit);
    EXPECT_GT(bytes, Transcript::bytes_limit / 2);
}

}  // namespace
}  // namespace mxfleet
