#include "probes/wire/exposition.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <limits>

namespace mxfleet {
namespace {

std::string number(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

TEST(Exposition, WritesNumbersShortAndExact) {
    EXPECT_EQ(number(1), "1");
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(0.25), "0.25");
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(1795564800), "1795564800");
    EXPECT_EQ(number(-3), "-3");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "+Inf");
    EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "-Inf");
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Exposition, WritesWholeNumbersAsItWritesAllOthers) {
    const auto shortest = [](double value) {
        std::array<char, 32> digits;
        return std::string(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
    };
    for (const double value : {0.0,
                               -0.0,
                               1.0,
                               9.0,
                               10.0,
                               99'999.0,
                               100'000.0,
                               100'001.0,
                               120'000.0,
                               1'200'000.0,
                               1e6,
                               1'728'000'012.0,
                               1'728'000'000.0,
                               1'728'000'012.345,
                               1e14,
                               999'999'999'999'999.0,
                               1e15,
                               9'007'199'254'740'993.0,
                               1e16,
                               1e300,
                               4.9e-324,
                               -1.7976931348623157e308,
                               0.5}) {
        EXPECT_EQ(number(value), shortest(value));
    }
    for (double value = 1; value < 1e17; value = value * 3 + 7)
        EXPECT_EQ(number(value), shortest(value));
}

TEST(Exposition, EscapesLabelValues) {
    EXPECT_EQ(label_text({{"mx", "a\"b\\c\nd"}, {"port", "25"}}), R"(mx="a\"b\\c\nd",port="25")");
    EXPECT_EQ(label_text({}), "");
}

TEST(Exposition, ATextPage) {
    Exposition page(ExpositionFormat::text);
    page.begin_family("up", MetricType::gauge, "Whether \"it\" is \\ up\nor not.");
    page.sample("mx=\"a\"", 1);
    page.sample("", 0);
    page.begin_family("seen_total", MetricType::counter, "How often.");
    page.sample("", "result", "success", 3);
    page.sample("mx=\"a\"", "result", "failure", 4);
    EXPECT_EQ(page.take(),
              "# HELP up Whether \"it\" is \\\\ up\\nor not.\n"
              "# TYPE up gauge\n"
              "up{mx=\"a\"} 1\n"
              "up 0\n"
              "# HELP seen_total How often.\n"
              "# TYPE seen_total counter\n"
              "seen_total{result=\"success\"} 3\n"
              "seen_total{mx=\"a\",result=\"failure\"} 4\n");
}

TEST(Exposition, SeveralLabelsMoreOnTopOfNoneOrSome) {
    Exposition page(ExpositionFormat::text);
    page.begin_family("up", MetricType::gauge, "Up.");
    page.sample("", {{"a", "1"}, {"b", "\n\"\\"}}, 1);
    page.sample("mx=\"x\"", {{"a", "1"}, {"b", "2"}}, 0);
    EXPECT_EQ(page.take(),
              "# HELP up Up.\n"
              "# TYPE up gauge\n"
              "up{a=\"1\",b=\"\\n\\\"\\\\\"} 1\n"
              "up{mx=\"x\",a=\"1\",b=\"2\"} 0\n");
}

TEST(Exposition, MovesWhatWasWrittenBehindWhatIsThere) {
    Exposition page(ExpositionFormat::text);
    page.begin_family("up", MetricType::gauge, "Up.");
    std::string piece;
    page.sample("", 1);
    page.move_to(piece);
    EXPECT_EQ(piece, "# HELP up Up.\n# TYPE up gauge\nup 1\n");
    EXPECT_EQ(page.size(), 0u);
    page.sample("", 2);
    page.move_to(piece);
    EXPECT_EQ(piece, "# HELP up Up.\n# TYPE up gauge\nup 1\nup 2\n");
    page.move_to(piece);
    EXPECT_EQ(piece, "# HELP up Up.\n# TYPE up gauge\nup 1\nup 2\n");
}

TEST(Exposition, AnOpenMetricsPage) {
    Exposition page(ExpositionFormat::openmetrics);
    page.begin_family("seen_total", MetricType::counter, "How often.");
    page.sample("", 3);
    page.end();
    EXPECT_EQ(page.take(),
              "# HELP seen How often.\n"
              "# TYPE seen counter\n"
              "seen_total 3\n"
              "# EOF\n");
}

TEST(Exposition, AHistogram) {
    Exposition page(ExpositionFormat::text);
    page.begin_family("lag_seconds", MetricType::histogram, "Lag.");
    page.part("_bucket", "", "0.1", 2);
    page.part("_bucket", "", "+Inf", 3);
    page.part("_sum", "", "", 0.5);
    page.part("_count", "", "", 3);
    EXPECT_EQ(page.take(),
              "# HELP lag_seconds Lag.\n"
              "# TYPE lag_seconds histogram\n"
              "lag_seconds_bucket{le=\"0.1\"} 2\n"
              "lag_seconds_bucket{le=\"+Inf\"} 3\n"
              "lag_seconds_sum 0.5\n"
              "lag_seconds_count 3\n");
}

TEST(Exposition, AFamilyWithoutSamplesLeavesNoTrace) {
    Exposition page(ExpositionFormat::text);
    page.begin_family("a", MetricType::gauge, "A.");
    page.begin_family("b", MetricType::gauge, "B.");
    page.sample("", 1);
    EXPECT_EQ(page.take(), "# HELP b B.\n# TYPE b gauge\nb 1\n");
}

}  // namespace
}  // namespace mxfleet
