// Reads a metrics page back, as strictly as a scrape does, so that tests can look at what stands on it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mxfleet {

struct PageSample {
    std::string name;
    std::map<std::string, std::string> labels;  ///< unescaped
    double value = 0;
};

struct PageFamily {
    std::string name;
    std::string type;
    std::string help;
    std::vector<PageSample> samples;
};

/// The families in their order. What is malformed, and a family or series that is there twice, fails the test.
std::vector<PageFamily> read_page(std::string_view page);

/// Whether bytes are valid UTF-8 that can be shown: no control characters but line feed, nothing that reorders text.
bool is_showable(std::string_view text);

}  // namespace mxfleet
