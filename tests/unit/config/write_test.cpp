#include "config/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/config/errors_of.hpp"
#include "tests/unit/config/keys_in.hpp"

namespace mxfleet {
namespace {

using testing::Contains;
using testing::Not;

/// Every key, none with its default, as to_toml() writes it.
std::string every_key() {
    const std::string text = file_text(SOURCE_DIR "/tests/golden/config/every_key.toml");
    return text.substr(text.find('['));
}

TEST(ToToml, ReadsBackIntoTheSame) {
    const auto config = parse_config(every_key(), "f");
    ASSERT_TRUE(config) << config.error().front().text();
    EXPECT_EQ(to_toml(*config), every_key());
}

TEST(ToToml, IsTestedWithEveryKey) {
    const auto tested = keys_in(every_key());
    for (const std::string& key : known_keys()) {
        if (key.starts_with("domain_file.")) continue;  // the keys of [[domain]] over again
        EXPECT_THAT(tested, Contains(key));
    }
}

TEST(ToToml, IsTestedWithoutDefaults) {
    const auto tested = settings_in(every_key());
    for (const std::string& setting : settings_in(to_toml(Config{}))) {
        EXPECT_THAT(tested, Not(Contains(setting)));
    }
}

TEST(ToToml, ReadsBackIntoTheDefaults) {
    EXPECT_EQ(settings_of(to_toml(Config{})), Settings{});
}

TEST(TomlString, EscapesWhatABasicStringCannotHold) {
    EXPECT_EQ(toml_string(""), R"("")");
    EXPECT_EQ(toml_string("a \"b\" \\ ü"), R"("a \"b\" \\ ü")");
    EXPECT_EQ(toml_string("\n\x7f"), R"("\u000A\u007F")");
}

}  // namespace
}  // namespace mxfleet
