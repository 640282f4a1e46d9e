#include "probes/wire/printable.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mxfleet {
namespace {

using namespace std::string_view_literals;

struct PrintableRow {
    std::string_view bytes;
    std::string_view shown;
};

TEST(Printable, ShowsEachKindOfByte) {
    const std::vector<PrintableRow> rows = {
        {"", ""},
        {"plain text, \"quoted\" \\ kept", "plain text, \"quoted\" \\ kept"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"\xe2\x82\xac \xf0\x9f\x93\xa7", "\xe2\x82\xac \xf0\x9f\x93\xa7"},
        {"a\0b"sv, "a\\x00b"},
        {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"\x7f", "\\x7f"},
        {"\xc2\x9b", "\\x9b"},             // C1: the one-character CSI
        {"\xe2\x80\xae", "\\u202e"},       // right-to-left override
        {"\xe2\x81\xa6", "\\u2066"},       // left-to-right isolate
        {"\xe2\x80\x8b", "\\u200b"},       // zero width space
        {"\xef\xbb\xbf", "\\ufeff"},       // byte order mark
        {"\xe2\x80\xa8", "\\u2028"},       // line separator
        {"\xf3\xa0\x80\x81", "\\ue0001"},  // language tag
        {"\xff", "\xef\xbf\xbd"},
        {"\xc3", "\xef\xbf\xbd"},  // cut short
        {"\xc3(", "\xef\xbf\xbd("},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},  // overlong slash
        {"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // surrogate
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (const PrintableRow& row : rows)
        EXPECT_EQ(printable(row.bytes), row.shown);
}

TEST(Printable, CutsAtTheLimitBetweenCharacters) {
    EXPECT_EQ(printable("12345678", 8), "12345678");
    EXPECT_EQ(printable("123456789", 8), "12345\xe2\x80\xa6");
    EXPECT_EQ(printable("1234\xc3\xbc\xc3\xbc\xc3\xbc", 8), "1234\xe2\x80\xa6");
    EXPECT_EQ(printable("\x1b\x1b\x1b", 8), "\\x1b\xe2\x80\xa6");
    EXPECT_EQ(printable("123", 2), "");
}

TEST(Printable, NoticesEachByteAtEachPlace) {
    for (std::size_t place = 0; place < 17; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string bytes(17, 'x');
            bytes[place] = static_cast<char>(byte);
            const bool is_plain = byte >= 0x20 && byte < 0x7F;
            EXPECT_EQ(printable(bytes) == bytes, is_plain) << byte << " at " << place;
        }
    }
}

TEST(Printable, IsAppendedWithALimitOfItsOwn) {
    std::string shown = "250-";
    append_printable(shown, "gr\xc3\xbc\x01", 8);
    append_printable(shown, "123456789", 8);
    append_printable(shown, "12345678", 8);
    EXPECT_EQ(shown,
              "250-gr\xc3\xbc\\x01"
              "12345\xe2\x80\xa6"
              "12345678");
}

TEST(Printable, NeverExceedsAnyLimit) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += static_cast<char>(byte);
    for (std::size_t limit = 0; limit < 600; ++limit)
        EXPECT_LE(printable(bytes, limit).size(), limit);
}

TEST(Printable, IsItselfPrintable) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += static_cast<char>(byte);
    const std::string once = printable(bytes, 4096);
    EXPECT_EQ(printable(once, 4096), once);
}

}  // namespace
}  // namespace mxfleet
