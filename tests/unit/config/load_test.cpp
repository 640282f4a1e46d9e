// Configurations as files: paths, defaults of the machine, and check-config.

#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/files.hpp"
#include "tests/unit/config/errors_of.hpp"
#include "tests/unit/config/folder.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

const SystemDefaults system_defaults{"mxfleet-2", "probe.example.net", {{IpAddress::v4({192, 0, 2, 53}), 53}}};

TEST(Load, ReadsAFileAndFillsInTheMachinesDefaults) {
    const Folder folder;
    const auto file =
        folder.write("c.toml", "[schedule]\nshard = \"statefulset/4\"\n[[domain]]\nname = \"a.example\"\n");
    const auto config = load_config(file, system_defaults);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->file, file);
    EXPECT_EQ(config->settings.agent.vantage, "mxfleet-2");
    EXPECT_EQ(config->settings.agent.ehlo, "probe.example.net");
    EXPECT_EQ(config->settings.dns.resolvers, system_defaults.resolvers);
    EXPECT_EQ(config->settings.schedule.shard.index, 2u);
    EXPECT_EQ(config->domains.front().name, "a.example");
    EXPECT_EQ(config->domain_positions.front(), (FilePosition{4, 8}));
}

TEST(Load, SaysThatAFileCannotBeRead) {
    const Folder folder;
    const auto missing = (folder.path() / "missing.toml").string();
    EXPECT_THAT(texts(load_config(missing, system_defaults).error()),
                ElementsAre(missing + ":1:1: error: cannot be read: No such file or directory"));
    EXPECT_THAT(texts(load_config(folder.path(), system_defaults).error()),
                ElementsAre(folder.path().string() + ":1:1: error: cannot be read: Is a directory"));
    const auto large = folder.write("large.toml", std::string(config_bytes_limit + 1, '#'));
    EXPECT_THAT(texts(load_config(large, system_defaults).error()),
                ElementsAre(large + ":1:1: error: is larger than 16 MiB"));
}

TEST(Load, TakesPathsFromTheFoldersOfTheFile) {
    const Folder folder;
    folder.write("ca.pem", "");
    folder.write("web.yml", "");
    folder.write("domains.txt", "");
    const auto file = folder.write("c.toml",
                                   "[agent]\nstate_directory = \"state\"\n"
                                   "[web]\nconfig_file = \"web.yml\"\n"
                                   "[tls]\nca_file = \"./ca.pem\"\nca_directory = \"/\"\n"
                                   "[[domain_file]]\npath = \"domains.txt\"\n"
                                   "[credentials.x]\nusername = \"u\"\npassword_file = \"secret\"\n");
    const auto config = load_config(file, system_defaults);
    ASSERT_TRUE(config) << config.error().front().text();
    const std::string base = folder.path().string();
    EXPECT_EQ(config->settings.agent.state_directory, base + "/state");
    EXPECT_EQ(config->settings.web.config_file, base + "/web.yml");
    EXPECT_EQ(config->settings.tls.ca_file, base + "/./ca.pem");
    EXPECT_EQ(config->settings.tls.ca_directory, "/");
    EXPECT_EQ(config->domain_files.front().path, base + "/domains.txt");
    EXPECT_EQ(config->settings.credentials.at("x").password_file, base + "/secret");
}

TEST(Load, TriesThePathsItIsGiven) {
    const Folder folder;
    const std::string base = folder.path().string();
    const auto file = folder.write("c.toml",
                                   "[web]\nconfig_file = \"web.yml\"\n"
                                   "[tls]\nca_file = \".\"\nca_directory = \"c.toml\"\n"
                                   "[[domain_file]]\npath = \"domains.txt\"\n"
                                   "[credentials.x]\nusername = \"u\"\npassword_file = \"not-there-yet\"\n");
    EXPECT_THAT(
        texts(load_config(file, system_defaults).error()),
        ElementsAre(
            file + ":2:15: error: web.config_file: `" + base + "/web.yml` cannot be read: No such file or directory",
            file + ":4:11: error: tls.ca_file: `" + base + "/.` is a directory, not a file",
            file + ":5:16: error: tls.ca_directory: `" + base + "/c.toml` cannot be read: Not a directory",
            file + ":7:8: error: domain_file.path: `" + base +
                "/domains.txt` cannot be read: No such file or directory"));
}

TEST(Parse, TouchesNoFile) {
    const auto config =
        parse_config("[tls]\nca_file = \"missing\"\n[[domain_file]]\npath = \"missing\"\n", "/etc/m/c.toml");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->settings.tls.ca_file, "/etc/m/missing");
    EXPECT_EQ(config->settings.agent.vantage, "");
}

TEST(CheckConfig, CountsTheDomains) {
    const Folder folder;
    folder.write("d.txt", "b.example\nc.example\n");
    const auto file = folder.write("c.toml", "[[domain]]\nname = \"a.example\"\n[[domain_file]]\npath = \"d.txt\"\n");
    const ConfigCheck check = check_config(file, system_defaults);
    EXPECT_THAT(check.errors, ElementsAre());
    EXPECT_EQ(check.domains, 3u);
}

TEST(CheckConfig, TellsTheErrorsOfAllFilesAtOnce) {
    const Folder folder;
    folder.write("d.txt", "b.example\nc\na.example\n");
    const auto file =
        folder.write("c.toml",
                     "[smtp]\nport = 0\n[[domain]]\nname = \"a.example\"\n[[domain]]\nname = \"A.example\"\n"
                     "[[domain_file]]\npath = \"d.txt\"\nexpect = \"x\"\n"
                     "[[domain_file]]\npath = \"missing.txt\"\n");
    const ConfigCheck check = check_config(file, system_defaults);
    EXPECT_THAT(texts(check.errors),
                ElementsAre(EndsWith("c.toml:2:8: error: smtp.port: 0 is out of range; it may be from 1 to 65535"),
                            EndsWith("c.toml:6:8: error: domain.name: `a.example` stands already at " + file + ":4"),
                            EndsWith("c.toml:9:10: error: domain_file.expect: `x` is none of \"mail\", \"null\""),
                            EndsWith("/missing.txt` cannot be read: No such file or directory"),
                            EndsWith("d.txt:2:1: error: `c` has one label only, where at least two are wanted, as in "
                                     "`example.com`"),
                            EndsWith("d.txt:3:1: error: `a.example` stands already at " + file + ":4")));
}

TEST(ReadFile, ReadsWhatHasNoSize) {
    EXPECT_FALSE(read_file("/proc/self/status", 1 << 20).value().empty());
    EXPECT_EQ(read_file("/dev/zero", 5000).error(), "is larger than 5000 bytes");
    const Folder folder;
    EXPECT_EQ(read_file(folder.write("f", "12345"), 5), "12345");
    EXPECT_EQ(read_file(folder.write("f", "123456"), 5).error(), "is larger than 5 bytes");
    EXPECT_EQ(read_file(folder.write("f", ""), 5), "");
}

}  // namespace
}  // namespace mxfleet
