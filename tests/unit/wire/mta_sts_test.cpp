// What MTA-STS and TLSRPT publish, read: one table each of the right and the wrong.
#include <gmock/gmock.h>

#include "probes/wire/mta_sts_policy.hpp"

namespace mxfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Texts = std::vector<std::string>;

TEST(MtaStsRecord, Id) {
    struct Case {
        Texts texts;
        std::string id;
    };
    const std::vector<Case> cases = {
        {{}, ""},
        {{"v=spf1 -all", "hello"}, ""},
        {{"v=STSv1; id=20260101T000000;"}, "20260101T000000"},
        {{"v=STSv1;id=1"}, "1"},
        {{"v=STSv1; id=1\t;\t"}, "1"},
        {{"v=spf1 -all", "v=STSv1; id=a1"}, "a1"},
        {{"v=STSv1; id=1", "v=STSv1 ; id=2"}, "1"},  // the second is dropped
        {{"v=STSv1; x-new_1.b=y/z:@!; id=2; id=3;"}, "2"},
        {{"v=STSv1; id=" + std::string(32, 'a')}, std::string(32, 'a')},
    };
    for (const Case& each : cases)
        EXPECT_EQ(read_mta_sts_record(each.texts), each.id) << ::testing::PrintToString(each.texts);
}

TEST(MtaStsRecord, Faults) {
    struct Case {
        Texts texts;
        std::string fault;
    };
    const std::vector<Case> cases = {
        {{"v=STSv1; id=1", "v=STSv1; id=1"}, "there are 2 records"},
        {{"v=STSv1;"}, "`id` is missing"},
        {{"v=STSv1; id="}, "`id` is empty"},
        {{"v=STSv1; id=a-b"}, "1 to 32 letters and digits"},
        {{"v=STSv1; id=" + std::string(33, 'a')}, "1 to 32 letters and digits"},
        {{"v=STSv1; id=1; ; x=1"}, "is no `name=value`"},
        {{"v=STSv1; id=1; nothing"}, "`nothing` is no `name=value`"},
        {{"v=STSv1; id=1; a b=c"}, "is no `name=value`"},
        {{"v=STSv1 id=1"}, "does not begin with `v=STSv1;`"},
        {{"V=STSV1; id=1"}, "does not begin with `v=STSv1;`"},
        {{" v=STSv1; id=1"}, "does not begin with `v=STSv1;`"},
        {{"v=STSv1; id=\x01"}, "\\x01"},
    };
    for (const Case& each : cases) {
        const auto id = read_mta_sts_record(each.texts);
        ASSERT_FALSE(id) << ::testing::PrintToString(each.texts);
        EXPECT_THAT(id.error(), HasSubstr(each.fault));
    }
}

TEST(TlsRptRecord, WhetherReportsAreAskedFor) {
    EXPECT_EQ(read_tlsrpt_record({}), false);
    EXPECT_EQ(read_tlsrpt_record({"v=STSv1; id=1"}), false);
    for (const char* text : {"v=TLSRPTv1; rua=mailto:tls@example.com", "v=TLSRPTv1;rua=https://r.example/v1;",
                             "v=TLSRPTv1; rua=ftp://x , mailto:a@b; ext=1;", "v=TLSRPTv1; rua=MAILTO:a@b?subject=x"})
        EXPECT_EQ(read_tlsrpt_record({text}), true) << text;
    for (const char* text :
         {"v=TLSRPTv1;", "v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=a@b",
          "v=TLSRPTv1; rua=mailto:", "v=TLSRPTv1; rua=mailto:@b", "v=TLSRPTv1; rua=http://r.example/",
          "v=TLSRPTv1; rua=https:///", "v=tlsrptv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:a@b; broken"})
        EXPECT_FALSE(read_tlsrpt_record({text})) << text;
    EXPECT_FALSE(read_tlsrpt_record({"v=TLSRPTv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:a@b"}));
}

TEST(MtaStsPolicy, Whole) {
    const auto policy = read_mta_sts_policy(
        "version: STSv1\r\nmode:enforce\nmx: MX1.Example.com\r\nmx:  *.example.net \nx-new: a: b\nmax_age: 604800\n"
        "mode: none\nmax_age: 1\nversion: 2\n\r\n");
    ASSERT_TRUE(policy) << policy.error();
    EXPECT_EQ(policy->mode, MtaStsMode::enforce);
    EXPECT_EQ(policy->max_age, std::chrono::seconds{604800});
    EXPECT_THAT(policy->mx, ElementsAre("mx1.example.com", "*.example.net"));
}

TEST(MtaStsPolicy, WhatItNeeds) {
    EXPECT_TRUE(read_mta_sts_policy("version: STSv1\nmode: none\nmax_age: 0"));
    EXPECT_TRUE(read_mta_sts_policy("max_age: 31557600\nmx: a.example\nmode: testing\nversion: STSv1"));
}

TEST(MtaStsPolicy, Faults) {
    struct Case {
        std::string body;
        std::string fault;
    };
    const std::string good = "version: STSv1\nmode: enforce\nmax_age: 86400\nmx: mx.example\n";
    std::string many = good;
    for (std::size_t at = 0; at < mta_sts_mx_limit; ++at)
        many += "mx: a\n";
    const std::vector<Case> cases = {
        {"", "`version` is missing"},
        {"<html>\n", "is no `key: value`"},
        {"\xef\xbb\xbf" + good, "is no `key: value`"},
        {"Version: STSv1\n", "`version` is missing"},
        {"version: STSv2\n" + good, "`version` is `STSv2`"},
        {"version: STSv1\nmax_age: 1\nmx: a.example\n", "`mode` is missing"},
        {"mode: Enforce\n" + good, "`mode` is `Enforce`"},
        {"version: STSv1\nmode: enforce\nmx: a.example\n", "`max_age` is missing"},
        {"max_age: 31557601\n" + good, "`max_age` is `31557601`"},
        {"max_age: -1\n" + good, "`max_age` is `-1`"},
        {"max_age: 1d\n" + good, "`max_age` is `1d`"},
        {"max_age:\n" + good, "`max_age` is ``"},
        {"max_age: 00000000001\n" + good, "`max_age` is"},
        {"version: STSv1\nmode: testing\nmax_age: 1\n", "no `mx`"},
        {good + "mx: *.*.example\n", "neither a host name"},
        {good + "mx: *\n", "neither a host name"},
        {good + "mx: a..example\n", "neither a host name"},
        {good + "mx: m\xc3\xbc.example\n", "neither a host name"},
        {good + "mx:\n", "neither a host name"},
        {many, "more than 1000 mx"},
        {good + std::string(mta_sts_body_limit, '\n'), "64 KiB"},
    };
    for (const Case& each : cases) {
        const auto policy = read_mta_sts_policy(each.body);
        ASSERT_FALSE(policy) << each.body;
        EXPECT_THAT(policy.error(), HasSubstr(each.fault)) << each.body;
    }
}

TEST(MtaStsPolicy, Allows) {
    const MtaStsPolicy policy{MtaStsMode::enforce, {}, {"mx1.example.com", "*.example.net"}};
    for (const char* host : {"mx1.example.com", "MX1.EXAMPLE.COM", "a.example.net"})
        EXPECT_TRUE(allows(policy, host)) << host;
    for (const char* host :
         {"mx2.example.com", "a.mx1.example.com", "example.net", ".example.net", "a.b.example.net", "aexample.net", ""})
        EXPECT_FALSE(allows(policy, host)) << host;
}

}  // namespace
}  // namespace mxfleet
