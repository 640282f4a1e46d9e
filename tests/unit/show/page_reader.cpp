#include "tests/unit/show/page_reader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

namespace mxfleet {
namespace {

/// Takes what comes before `end` off the text, and `end` too.
std::string_view take_until(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    EXPECT_NE(at, text.npos) << "no `" << end << "` in: " << text;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == text.npos ? text.size() : at + end.size());
    return taken;
}

/// The value of a label up to its closing quotation mark.
std::string take_value(std::string_view& text) {
    std::string value;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return value;
        }
        if (text[at] != '\\') {
            value += text[at];
            continue;
        }
        const char escaped = ++at < text.size() ? text[at] : '\0';
        EXPECT_TRUE(escaped == 'n' || escaped == '"' || escaped == '\\') << "an escape that is none: " << text;
        value += escaped == 'n' ? '\n' : escaped;
    }
    ADD_FAILURE() << "a label value that does not end";
    text = {};
    return value;
}

PageSample read_sample(std::string_view line) {
    PageSample sample;
    const auto name_end = line.find_first_of("{ ");
    sample.name = line.substr(0, name_end);
    line.remove_prefix(std::min(name_end, line.size()));
    if (line.starts_with("{")) {
        line.remove_prefix(1);
        while (!line.empty() && !line.starts_with("}")) {
            const std::string label(take_until(line, "=\""));
            EXPECT_TRUE(sample.labels.emplace(label, take_value(line)).second) << label << " is there twice";
            if (line.starts_with(",")) line.remove_prefix(1);
        }
        line.remove_prefix(std::min<std::size_t>(1, line.size()));
    }
    EXPECT_TRUE(line.starts_with(" ")) << "no value behind " << sample.name;
    const std::string number(line.substr(std::min<std::size_t>(1, line.size())));
    char* end = nullptr;
    sample.value = std::strtod(number.c_str(), &end);
    EXPECT_TRUE(!number.empty() && *end == '\0') << sample.name << " has no number but: " << number;
    return sample;
}

}  // namespace

std::vector<PageFamily> read_page(std::string_view page) {
    std::vector<PageFamily> families;
    std::set<std::string> names;
    std::set<std::pair<std::string, std::map<std::string, std::string>>> series;
    EXPECT_TRUE(page.ends_with("\n"));
    while (!page.empty()) {
        std::string_view line = take_until(page, "\n");
        if (line == "# EOF") {
            EXPECT_TRUE(page.empty()) << "something stands behind the end";
        } else if (line.starts_with("# HELP ")) {
            line.remove_prefix(7);
            PageFamily family;
            family.name = take_until(line, " ");
            family.help = line;
            EXPECT_TRUE(names.insert(family.name).second) << family.name << " is there twice";
            families.push_back(family);
        } else if (families.empty()) {
            ADD_FAILURE() << "no family before: " << line;
        } else if (line.starts_with("# TYPE ")) {
            line.remove_prefix(7);
            EXPECT_EQ(take_until(line, " "), families.back().name);
            families.back().type = line;
        } else {
            PageSample sample = read_sample(line);
            EXPECT_TRUE(sample.name.starts_with(families.back().name)) << sample.name << " under another family";
            EXPECT_TRUE(series.emplace(sample.name, sample.labels).second) << "a series twice: " << line;
            families.back().samples.push_back(std::move(sample));
        }
    }
    return families;
}

bool is_showable(std::string_view text) {
    // The JSON library's own reading of UTF-8: it throws at what is invalid.
    try {
        (void)nlohmann::json(std::string(text)).dump();
    } catch (const nlohmann::json::exception&) {
        return false;
    }
    for (const char c : text) {
        if ((c >= 0 && c < 0x20 && c != '\n') || c == 0x7F) return false;
    }
    for (const std::string_view bad : {"\xE2\x80\xAE", "\xE2\x80\xAA", "\xE2\x81\xA6", "\xE2\x80\xA8", "\xC2\x85",
                                       "\xC2\x9B", "\xE2\x80\x8B", "\xEF\xBB\xBF"}) {
        if (text.find(bad) != text.npos) return false;
    }
    return true;
}

}  // namespace mxfleet
