// libFuzzer: words and numbers through the writer of metrics, in both formats. What is written parses again, and says
// the same. The first byte chooses the format, eight more are a number.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "probes/wire/exposition.hpp"
#include "probes/wire/printable.hpp"
#include "tests/unit/show/page_reader.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

double number_in(std::string_view bytes) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes.data(), std::min(bytes.size(), sizeof bits));
    return std::bit_cast<double>(bits);
}

void read_back(std::string page, const std::string& said, double number) {
    require(is_showable(page));
    const auto families = read_page(page);
    require(families.size() == 1 && families[0].samples.size() == 2);
    for (const PageSample& sample : families[0].samples) {
        require(sample.labels.at("said") == said);
        require(sample.value == number || (std::isnan(sample.value) && std::isnan(number)));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    testing::GTEST_FLAG(throw_on_failure) = true;  // the reader's complaints end the run
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const double number = number_in(bytes);
    const std::string said = printable(bytes);
    Exposition page((data[0] & 1) != 0 ? ExpositionFormat::openmetrics : ExpositionFormat::text);
    page.begin_family("some", MetricType::gauge, said);
    page.sample(label_text({{"said", said}, {"next", "x"}}), number);
    page.begin_target(label_text({{"next", "y"}}));
    page.target_sample(label_text({{"said", said}}), number);
    page.end();
    read_back(page.take(), said, number);
    return 0;
}
