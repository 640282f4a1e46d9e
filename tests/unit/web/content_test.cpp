#include "agent/web/content.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mxfleet {
namespace {

using Names = std::vector<WeightedName>;

TEST(Weights, AreRead) {
    EXPECT_EQ(weighted_names(""), Names{});
    EXPECT_EQ(weighted_names(" , ,"), Names{});
    EXPECT_EQ(weighted_names("GZip ; Q=0.5, br"), (Names{{"gzip", "", 500}, {"br", "", 1000}}));
    EXPECT_EQ(weighted_names("a/b;version=\"1,0;0\";q=0.25"), (Names{{"a/b", "1,0;0", 250}}));
    EXPECT_EQ(weighted_names("a;q=0,b;q=1.000,c;q=0.125,d;q=1."),
              (Names{{"a", "", 0}, {"b", "", 1000}, {"c", "", 125}, {"d", "", 1000}}));
}

TEST(Weights, ThatAreMalformedTakeTheirElementWithThem) {
    for (const char* const weight : {"", "2", "1.1", "1.001", "0.1234", ".5", "-1", "a", "0.a", "1.0.0"}) {
        EXPECT_NE(weighted_names("a;q=" + std::string(weight) + ",b").front().name, "a") << weight;
    }
}

TEST(Weights, EndAfterSixtyFourElements) {
    std::string list;
    for (int count = 0; count < 100; ++count)
        list += "a,";
    EXPECT_EQ(weighted_names(list).size(), 64U);
}

struct FormatRow {
    std::string_view accept;
    MetricsFormat format;
};

TEST(MetricsFormat, IsTheOneThatIsPreferred) {
    constexpr auto text = MetricsFormat::text;
    constexpr auto openmetrics = MetricsFormat::openmetrics;
    const std::vector<FormatRow> rows = {
        {"", text},
        {"*/*", text},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", text},
        {"image/png", text},
        {"text/plain", text},
        // Prometheus 2.42, 2.49 and 3.0
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         openmetrics},
        {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
         "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
         "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
         openmetrics},
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
         "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
         "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
         openmetrics},
        {"application/openmetrics-text", openmetrics},
        {"application/openmetrics-text; version=1.0.0; charset=utf-8", openmetrics},
        {"Application/OpenMetrics-Text;Version=\"1.0.0\"", openmetrics},
        {"application/openmetrics-text;version=0.0.1", text},
        {"application/openmetrics-text;version=1.0.0;q=0", text},
        {"application/openmetrics-text;q=0.5,text/plain;q=0.5", text},
        {"application/openmetrics-text;q=0.4,text/*;q=0.5", text},
        {"application/*,text/plain;q=0.5", openmetrics},
        {"application/openmetrics-text;version=1.0.0;q=0.1,application/openmetrics-text,text/plain;q=0.5", text},
        {"application/openmetrics-text;q=0.9,text/plain;version=1.0.0", openmetrics},
    };
    for (const FormatRow& row : rows)
        EXPECT_EQ(metrics_format(row.accept), row.format) << row.accept;
}

struct GzipRow {
    std::string_view accept_encoding;
    bool accepts;
};

TEST(Gzip, IsUsedWhereItIsAccepted) {
    const std::vector<GzipRow> rows = {
        {"", false},         {"gzip", true},      {"gzip, deflate, br", true}, {"deflate, br", false},
        {"X-GZIP", true},    {"gzip;q=0", false}, {"gzip;q=0.0, *", false},    {"gzip;q=0.001", true},
        {"*", true},         {"*;q=0", false},    {"identity, *;q=0", false},  {"identity;q=1, gzip;q=0.5", true},
        {"gzip;q=x", false}, {"gzipped", false},
    };
    for (const GzipRow& row : rows)
        EXPECT_EQ(accepts_gzip(row.accept_encoding), row.accepts) << row.accept_encoding;
}

}  // namespace
}  // namespace mxfleet
