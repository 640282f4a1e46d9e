#include "agent/web/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

using namespace std::string_view_literals;
using Fields = std::vector<HttpField>;

/// Field lines as they come over the wire, from the end of the request line on, as libmicrohttpd leaves them.
std::string left_behind(std::string_view wire) {
    std::string left;
    bool colon_seen = true;
    for (std::size_t at = 0; at < wire.size(); ++at) {
        const bool ends_line = wire.substr(at).starts_with("\r\n") || wire[at] == '\n';
        if (ends_line && wire[at] == '\r') left += '\0', ++at;
        const bool is_first_colon = !colon_seen && wire[at] == ':';
        left += ends_line || is_first_colon ? '\0' : wire[at];
        colon_seen = (colon_seen || is_first_colon) && !ends_line;
    }
    return left;
}

TEST(Fields, AreRead) {
    const auto fields =
        read_fields(left_behind("\r\nHost: a:80\r\nX-Y:\r\nacCept: \t a, b \t\r\nz:\xc3\xbc\tv:w\r\nq:  \r\n\r\n"));
    ASSERT_TRUE(fields) << fields.error();
    EXPECT_EQ(*fields, (Fields{{"host", "a:80"}, {"x-y", ""}, {"accept", "a, b"}, {"z", "\xc3\xbc\tv:w"}, {"q", ""}}));
    EXPECT_EQ(read_fields(left_behind("\r\n\r\n")), Fields{});
}

TEST(Fields, AreRefusedWhenTheyCouldBeReadTwoWays) {
    const std::vector<std::string_view> heads = {
        "",
        "\r\n",
        "\n\n",
        "\r\nA: b\r\n",
        "\r\nA: b\n\r\n",
        "\nA: b\r\n\r\n",
        "\r\nA: b\r\n c\r\n\r\n",
        "\r\nA: b\r\n\tc\r\n\r\n",
        "\r\n A: b\r\n\r\n",
        "\r\nA : b\r\n\r\n",
        "\r\nA\t: b\r\n\r\n",
        "\r\n: b\r\n\r\n",
        "\r\nA\r\n\r\n",
        "\r\nA b: c\r\n\r\n",
        "\r\nA(b): c\r\n\r\n",
        "\r\n\xc3\xbc: c\r\n\r\n",
        "\r\nA: b\rc\r\n\r\n",
        "\r\nA: b\x7f\r\n\r\n",
        "\r\nA: b\x1b[m\r\n\r\n",
        "\r\nA: b\0c\r\n\r\n"sv,
        "\r\nA: b\0\0C: d\r\n\r\n"sv,
        "\r\nA: \0\0\r\n\r\n"sv,
        "\r\nA\0: b\r\n\r\n"sv,
        "\r\nA: b\r\n\r\n\r\n",
        "\r\n\r\nA: b\r\n\r\n",
    };
    for (const auto head : heads)
        EXPECT_FALSE(read_fields(left_behind(head))) << testing::PrintToString(head);
}

struct Row {
    Fields fields;
    bool is_http_1_0;
    int refused;  ///< status, or 0
    Framing framing;
};

TEST(Framing, IsOneOfAKind) {
    const std::vector<Row> rows = {
        {{{"host", "a"}}, false, 0, {}},
        {{{"host", ""}}, false, 0, {}},
        {{{"host", "[::1]:9925"}}, false, 0, {}},
        {{}, true, 0, {}},
        {{}, false, 400, {}},
        {{{"host", "a"}, {"host", "a"}}, false, 400, {}},
        {{{"host", "a"}, {"host", "b"}}, true, 400, {}},
        {{{"host", "a/b"}}, false, 400, {}},
        {{{"host", "a b"}}, false, 400, {}},
        {{{"host", "u@a"}}, false, 400, {}},
        {{{"host", "a"}, {"content-length", "0"}}, false, 0, {false, 0}},
        {{{"host", "a"}, {"content-length", "65536"}}, false, 0, {false, 65536}},
        {{{"content-length", "18446744073709551615"}}, true, 0, {false, 18446744073709551615U}},
        {{{"content-length", "18446744073709551616"}}, true, 413, {}},
        {{{"content-length", ""}}, true, 400, {}},
        {{{"content-length", "-1"}}, true, 400, {}},
        {{{"content-length", "+1"}}, true, 400, {}},
        {{{"content-length", "0x1"}}, true, 400, {}},
        {{{"content-length", "1, 1"}}, true, 400, {}},
        {{{"content-length", "1"}, {"content-length", "1"}}, true, 400, {}},
        {{{"host", "a"}, {"transfer-encoding", "Chunked"}}, false, 0, {true, 0}},
        {{{"transfer-encoding", "chunked"}}, true, 400, {}},
        {{{"host", "a"}, {"transfer-encoding", "gzip, chunked"}}, false, 501, {}},
        {{{"host", "a"}, {"transfer-encoding", "identity"}}, false, 501, {}},
        {{{"host", "a"}, {"transfer-encoding", ""}}, false, 501, {}},
        {{{"host", "a"}, {"transfer-encoding", "chunked"}, {"transfer-encoding", "chunked"}}, false, 400, {}},
        {{{"host", "a"}, {"transfer-encoding", "chunked"}, {"content-length", "1"}}, false, 400, {}},
    };
    for (const Row& row : rows) {
        const auto framing = framing_of(row.fields, row.is_http_1_0);
        const std::string shown = row.fields.empty() ? "" : row.fields.back().name + ": " + row.fields.back().value;
        EXPECT_EQ(framing ? 0 : framing.error().status, row.refused) << shown;
        EXPECT_EQ(framing.value_or(row.framing), row.framing) << shown;
    }
}

}  // namespace
}  // namespace mxfleet
