// Text that somebody chose to hurt its readers, through every writer: whatever a peer said comes out as valid UTF-8
// that moves no cursor, reorders nothing, and breaks no format.
#include <gtest/gtest.h>

#include "agent/show/log.hpp"
#include "agent/show/terminal.hpp"
#include "probes/wire/printable.hpp"
#include "tests/unit/show/page_reader.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

const std::vector<std::pair<const char*, std::string>> hostile = {
    {"NUL", std::string("before\0behind", 13)},
    {"quotes", R"(a"b'c\"d")"},
    {"backslash at the end", "a\\"},
    {"newline", "a\nmxfleet_endpoint_up 1\n# EOF\n"},
    {"CRLF", "a\r\nlevel=error msg=forged"},
    {"terminal escapes", "\x1b[2J\x1b]0;title\x07\x1b[31m"},
    {"C1 escape",
     "\xC2\x9B"
     "2J"},
    {"bidi", "a\xE2\x80\xAE\xE2\x81\xA6z"},
    {"invisible", "a\xE2\x80\x8B\xEF\xBB\xBFz"},
    {"line separator", "a\xE2\x80\xA8z"},
    {"invalid UTF-8", "a\xFF\xFE\xC3(\xED\xA0\x80z"},
    {"half a character at the end", "a\xE2\x80"},
    {"braces", "a} 1 # {trace_id=\"x\"} "},
    {"markup", "<script>&amp;</script>"},
    {"very long", std::string(5000, '"')},
};

TEST(Hostile, MetricsPage) {
    for (const auto& [what, bytes] : hostile) {
        const std::string said = printable(bytes);  // as every fact is that holds a peer's words
        const Report report = report_with_words(said);
        Fleet fleet;
        fleet.domains = {std::make_shared<DomainCell>(*report.view.status)};
        for (const auto& link : report.view.status->links)
            fleet.endpoints.push_back(link.endpoint);
        for (const auto format : {ExpositionFormat::text, ExpositionFormat::openmetrics}) {
            const std::string page = page_of(std::make_shared<const Fleet>(fleet), format);
            EXPECT_TRUE(is_showable(page)) << what;
            const auto families = read_page(page);
            const auto info = std::ranges::find(families, "mxfleet_endpoint_tls_certificate_info", &PageFamily::name);
            ASSERT_NE(info, families.end()) << what;
            for (const PageSample& sample : info->samples) {
                EXPECT_TRUE(said.starts_with(sample.labels.at("issuer"))) << what;
                EXPECT_LE(sample.labels.at("issuer").size(), 64u) << what;
            }
        }
    }
}

/// Names of exchanges come from DNS: their escapes are the wire reader's, the label's quoting is the writer's.
TEST(Hostile, LabelValuesReadBackAsTheyWere) {
    for (const auto& [what, bytes] : hostile) {
        const std::string said = printable(bytes);
        Exposition page(ExpositionFormat::text);
        page.begin_family("some", MetricType::gauge, "Some.");
        page.sample(label_text({{"mx", said}}), 1);
        const auto families = read_page(page.take());
        ASSERT_EQ(families.size(), 1u) << what;
        EXPECT_EQ(families[0].samples.at(0).labels.at("mx"), said) << what;
    }
}

TEST(Hostile, Json) {
    for (const auto& [what, bytes] : hostile) {
        // Even what nobody made printable does not break the document.
        for (const std::string& said : {printable(bytes), bytes}) {
            const std::string text = json_text(report_json(report_with_words(said), Transcripts::shown));
            EXPECT_EQ(text.find('\0'), text.npos) << what;
            ASSERT_TRUE(Json::accept(text)) << what;
        }
        const std::string text = json_text(report_json(report_with_words(printable(bytes)), Transcripts::shown));
        EXPECT_TRUE(is_showable(text)) << what;
        EXPECT_EQ(Json::parse(text)["endpoints"][0]["greeting"]["text"], printable(bytes)) << what;
    }
}

TEST(Hostile, Terminal) {
    for (const auto& [what, bytes] : hostile) {
        const Report report = report_with_words(printable(bytes));
        const std::string text = terminal_text(report, {.colour = false, .transcripts = Transcripts::shown});
        EXPECT_TRUE(is_showable(text)) << what;
    }
}

TEST(Hostile, LogLines) {
    for (const auto& [what, bytes] : hostile) {
        const std::string plain =
            log_line(LogFormat::logfmt, "t", LogLevel::info, "event", {{"said", bytes}, {"next", "1"}});
        EXPECT_TRUE(is_showable(plain)) << what;
        EXPECT_EQ(plain.find('\n'), plain.npos) << what;
        EXPECT_TRUE(plain.starts_with("ts=t level=info msg=event said=") && plain.ends_with(" next=1")) << what;

        const std::string json =
            log_line(LogFormat::json, "t", LogLevel::info, "event", {{"said", bytes}, {"next", "1"}});
        EXPECT_TRUE(is_showable(json)) << what;
        EXPECT_EQ(json.find('\n'), json.npos) << what;
        EXPECT_EQ(nlohmann::json::parse(json)["said"], printable(bytes)) << what;
    }
}

}  // namespace
}  // namespace mxfleet
