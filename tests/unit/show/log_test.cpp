#include "agent/show/log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mxfleet {
namespace {

constexpr const char* time_text = "2026-11-22T21:00:00.000Z";

TEST(Log, Logfmt) {
    EXPECT_EQ(log_line(LogFormat::logfmt, time_text, LogLevel::info, "endpoint changed",
                       {{"mx", "mx.example.com"}, {"was", ""}, {"said", "a \"b\" c\\d"}, {"sum", "1=1"}}),
              "ts=2026-11-22T21:00:00.000Z level=info msg=\"endpoint changed\" mx=mx.example.com was=\"\" "
              "said=\"a \\\"b\\\" c\\\\d\" sum=\"1=1\"");
}

TEST(Log, Json) {
    const std::string line = log_line(LogFormat::json, time_text, LogLevel::warning, "endpoint changed",
                                      {{"mx", "mx.example.com"}, {"said", "a \"b\""}});
    EXPECT_EQ(line, R"({"ts":"2026-11-22T21:00:00.000Z","level":"warning","msg":"endpoint changed",)"
                    R"("mx":"mx.example.com","said":"a \"b\""})");
}

TEST(Log, LevelsByName) {
    using enum LogLevel;
    for (const auto& [level, name] : std::vector<std::pair<LogLevel, std::string>>{
             {trace, "trace"}, {debug, "debug"}, {info, "info"}, {warning, "warning"}, {error, "error"}}) {
        EXPECT_EQ(log_line(LogFormat::logfmt, "t", level, "m", {}), "ts=t level=" + name + " msg=m");
    }
}

}  // namespace
}  // namespace mxfleet
