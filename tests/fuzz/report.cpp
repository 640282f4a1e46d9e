// libFuzzer: what a server said, through the writers of reports: JSON reads back as it was written, and the text for a
// terminal, like a whole page of metrics, moves no cursor. The first byte chooses the writer.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "agent/show/terminal.hpp"
#include "probes/wire/printable.hpp"
#include "tests/unit/show/page_reader.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

void write_page(const Report& report, ExpositionFormat format) {
    auto fleet = std::make_shared<Fleet>();
    fleet->domains = {std::make_shared<DomainCell>(*report.view.status)};
    for (const auto& link : report.view.status->links)
        fleet->endpoints.push_back(link.endpoint);
    const std::string page = page_of(fleet, format);
    require(is_showable(page));
    read_page(page);
}

/// Even what nobody made printable does not break the document.
void write_json(std::string_view bytes) {
    require(Json::accept(json_text(report_json(report_with_words(std::string(bytes)), Transcripts::shown))));
    const std::string said = printable(bytes);
    const Json document = report_json(report_with_words(said), Transcripts::shown);
    const std::string text = json_text(document);
    require(is_showable(text) && Json::parse(text) == document);
    require(document["endpoints"][0]["greeting"]["text"] == said);
}

void write_text(const Report& report) {
    require(is_showable(terminal_text(report, {.colour = false, .transcripts = Transcripts::shown})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    testing::GTEST_FLAG(throw_on_failure) = true;  // the reader's complaints end the run
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Report report = report_with_words(printable(bytes));
    switch (data[0] & 3) {
        case 0: write_page(report, ExpositionFormat::text); break;
        case 1: write_page(report, ExpositionFormat::openmetrics); break;
        case 2: write_json(bytes); break;
        default: write_text(report);
    }
    return 0;
}
