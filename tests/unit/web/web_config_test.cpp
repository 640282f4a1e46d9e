#include "agent/web/web_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

std::vector<std::string> errors_of(const std::string& yaml) {
    const auto parsed = parse_web_config(yaml, "/etc/web.yml");
    return parsed ? std::vector<std::string>{} : parsed.error();
}

TEST(WebConfig, ReadsWhatExporterToolkitReads) {
    const auto parsed = parse_web_config(std::string(R"(
tls_server_config:
  cert_file: server.crt
  key_file: /run/server.key
  client_ca_file: ../ca.crt
  client_auth_type: RequireAndVerifyClientCert
  min_version: TLS13
http_server_config:
  headers:
    X-Frame-Options: deny
basic_auth_users:
  alice: )") + hash + "\n",
                                         "/etc/mxfleet/web.yml");
    ASSERT_TRUE(parsed) << parsed.error().front();
    const TlsServing tls{"/etc/mxfleet/server.crt", "/run/server.key", "/etc/ca.crt", ClientAuth::require_and_verify,
                         true};
    EXPECT_EQ(parsed->tls, tls);
    EXPECT_EQ(parsed->users, (std::map<std::string, std::string>{{"alice", hash}}));
    EXPECT_THAT(parsed->headers, ElementsAre(HttpField{"X-Frame-Options", "deny"}));
}

TEST(WebConfig, EmptyIsPlainHttpForEverybody) {
    for (const char* const nothing : {"", "# nothing\n", "{}", "basic_auth_users:\n", "tls_server_config:\n"}) {
        const auto parsed = parse_web_config(nothing, "f");
        ASSERT_TRUE(parsed) << nothing << parsed.error().front();
        EXPECT_EQ(*parsed, WebConfig{});
    }
}

TEST(WebConfig, EveryErrorIsSaidWithItsPlace) {
    const auto errors = errors_of("tls_server_config:\n  cert_file: a\n  ciphers: [x]\nrate_limit: {}\n");
    EXPECT_THAT(errors, testing::SizeIs(3));
    EXPECT_THAT(errors, testing::Contains("/etc/web.yml:4:1: error: `rate_limit` is not supported in the file"));
    EXPECT_THAT(errors, testing::Contains(HasSubstr(":3:3: error: `ciphers` is not supported in tls_server_config")));
    EXPECT_THAT(errors, testing::Contains(HasSubstr("wants cert_file and key_file")));
}

/// Whatever is not gone by is an error: it may be what somebody relies on.
TEST(WebConfig, WhatIsNotUnderstoodIsRefused) {
    for (const char* const yaml :
         {"- a\n", "basic_auth_users: [alice]\n", "basic_auth_users:\n  alice: secret\n",
          "basic_auth_users:\n  alice: $1$abc$def\n", "basic_auth_users:\n  'a:b': x\n",
          "http_server_config:\n  http2: true\n", "http_server_config:\n  headers:\n    Set-Cookie: a\n",
          "http_server_config:\n  headers:\n    X-Frame-Options: \"a\\r\\nb: c\"\n",
          "tls_server_config:\n  cert_file: a\n  key_file: b\n  min_version: SSL3\n",
          "tls_server_config:\n  cert_file: a\n  key_file: b\n  client_auth_type: Sometimes\n",
          "tls_server_config:\n  cert_file: a\n  key_file: b\n  client_auth_type: RequireAnyClientCert\n",
          "tls_server_config:\n  cert_file: [a]\n  key_file: b\n", "a: [\n", "a: *b\n", "\x01"})
        EXPECT_FALSE(errors_of(yaml).empty()) << yaml;
}

TEST(WebConfig, AFileThatIsNotThereIsAnError) {
    const auto loaded = load_web_config("/nonexistent/web.yml");
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("/nonexistent/web.yml: error: cannot be read")));
}

}  // namespace
}  // namespace mxfleet
