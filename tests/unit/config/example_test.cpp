// The annotated example that is shipped: it loads, states the defaults, and names every key there is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/config/errors_of.hpp"
#include "tests/unit/config/keys_in.hpp"

namespace mxfleet {
namespace {

const std::string example_file = SOURCE_DIR "/config/mxfleet.toml";

std::vector<std::string> example_lines() {
    std::istringstream text(file_text(example_file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// An example behind a `#` has no blank after it; prose has.
bool is_example(const std::string& line) {
    return line.size() > 1 && line[0] == '#' && line[1] != ' ';
}

std::string with_examples_on() {
    std::string text;
    for (const std::string& line : example_lines()) {
        text += (is_example(line) ? line.substr(1) : line) + "\n";
    }
    return text;
}

TEST(Example, LoadsAsItStands) {
    const auto config = load_config(example_file, {"probe", "probe.example.net", {}});
    ASSERT_TRUE(config) << config.error().front().text();
    EXPECT_TRUE(config->domains.empty());
    EXPECT_TRUE(config->domain_files.empty());
}

TEST(Example, StatesTheDefaults) {
    const SystemDefaults system{"probe", "probe.example.net", {{IpAddress::v4({192, 0, 2, 53}), 53}}};
    const auto config = load_config(example_file, system);
    ASSERT_TRUE(config);
    Settings defaults;
    fill_in(defaults, system);
    EXPECT_EQ(config->settings, defaults);
}

TEST(Example, NamesEveryKeyAndNoOther) {
    const std::string domain_file = "domain_file.";
    std::set<std::string> named = keys_in(with_examples_on());
    for (const std::string& key : known_keys()) {
        // What a domain file takes besides its path is shown once, at [[domain]].
        const bool shared = key.starts_with(domain_file) && key != "domain_file.path";
        EXPECT_TRUE(named.contains(shared ? "domain." + key.substr(domain_file.size()) : key)) << key;
    }
    for (const std::string& key : known_keys()) {
        named.erase(key);
    }
    EXPECT_THAT(named, testing::IsEmpty());
}

TEST(Example, ShowsWhatWorks) {
    const auto config = parse_config(with_examples_on(), "f");
    ASSERT_TRUE(config) << config.error().front().text();
    EXPECT_EQ(config->domains.size(), 1u);
    EXPECT_EQ(config->domain_files.size(), 1u);
    EXPECT_EQ(config->settings.services.size(), 2u);
    EXPECT_EQ(config->settings.flows.size(), 1u);
    EXPECT_EQ(config->settings.credentials.size(), 2u);
}

TEST(Example, IsAtMost120CharactersWide) {
    for (const std::string& line : example_lines()) {
        EXPECT_LE(line.size(), 120u) << line;
    }
}

TEST(KnownKeys, AreThoseOfTheInterface) {
    const auto keys = known_keys();
    EXPECT_THAT(keys, testing::IsSupersetOf({"agent.vantage", "schedule.shard", "tls.expiry_critical",
                                             "export.endpoint_histograms", "domain.tags", "domain.policy",
                                             "domain_file.path", "domain_file.port", "service.credentials", "flow.lost",
                                             "credentials.NAME.password_env"}));
    EXPECT_THAT(keys, testing::Not(testing::Contains("credentials.NAME.password")));
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
}

}  // namespace
}  // namespace mxfleet
