#include "probes/wire/exposition.hpp"

#include <gtest/gtest.h>

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
