#include "config/domain_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/config/errors_of.hpp"
#include "tests/unit/config/folder.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Lines {
    std::vector<DomainLine> lines;
    std::vector<std::string> errors;
};

Lines read_lines(std::string_view text) {
    ErrorCollector errors("d", 3);
    DomainLines reader(text, errors);
    Lines result;
    while (auto line = reader.next()) {
        result.lines.push_back(*std::move(line));
    }
    result.errors = texts(std::move(errors).in_order());
    return result;
}

TEST(DomainLines, AreReadOneByOne) {
    const auto [lines, errors] = read_lines(
        "\xEF\xBB\xBF# our domains\n"
        "a.example\r\n"
        "\n"
        "  \t \n"
        "\t B.example.  # moved\n"
        "bücher.example#\n"
        "c.example");
    EXPECT_THAT(errors, ElementsAre());
    EXPECT_THAT(lines, ElementsAre(DomainLine{"a.example", {2, 1}}, DomainLine{"b.example", {5, 3}},
                                   DomainLine{"xn--bcher-kva.example", {6, 1}}, DomainLine{"c.example", {7, 1}}));
}

TEST(DomainLines, AreReportedWhereTheyAreNoDomain) {
    const auto [lines, errors] = read_lines("a.example b.example\nb.example\n  me@c.example\n");
    EXPECT_THAT(lines, ElementsAre(DomainLine{"b.example", {2, 1}}));
    EXPECT_THAT(errors,
                ElementsAre("d:1:1: error: `a.example b.example` has a character that is no letter, digit or hyphen",
                            "d:3:3: error: `me@c.example` is a mail address; only what follows the @ is wanted"));
}

TEST(DomainLines, AreReportedUpToALimit) {
    const auto [lines, errors] = read_lines("x\nx\nx\nx\nx\na.example\n");
    EXPECT_THAT(lines, ElementsAre(DomainLine{"a.example", {6, 1}}));
    EXPECT_EQ(errors.size(), 4u);
    EXPECT_EQ(errors.back(), "d:3:1: error: and 2 more errors");
}

TEST(DomainLines, EmptyTextHasNone) {
    for (const std::string_view text : {"", "\n", "\r\n", "#", "\xEF\xBB\xBF"}) {
        EXPECT_TRUE(read_lines(text).lines.empty());
        EXPECT_TRUE(read_lines(text).errors.empty());
    }
}

std::vector<Domain> named(std::initializer_list<const char*> names) {
    std::vector<Domain> domains;
    for (const char* name : names) {
        domains.push_back({name, nullptr});
    }
    return domains;
}

TEST(Duplicates, AreTheLaterOnes) {
    EXPECT_THAT(duplicates_of({}), ElementsAre());
    EXPECT_THAT(duplicates_of(named({"a"})), ElementsAre());
    EXPECT_THAT(duplicates_of(named({"a", "b", "c"})), ElementsAre());
    EXPECT_THAT(duplicates_of(named({"a", "b", "a", "c", "b", "a"})),
                ElementsAre(Duplicate{2, 0}, Duplicate{4, 1}, Duplicate{5, 0}));
}

std::vector<std::string> names(const DomainList& list) {
    std::vector<std::string> names;
    for (const Domain& domain : list.domains) {
        names.push_back(domain.name);
    }
    return names;
}

TEST(ReadDomains, GathersTheFilesUnderTheirPolicies) {
    const Folder folder;
    folder.write("one.txt", "b.example\nc.example\n");
    folder.write("two.txt", "d.example\n");
    const auto file = folder.write("c.toml",
                                   "[[domain]]\nname = \"a.example\"\n"
                                   "[[domain_file]]\npath = \"one.txt\"\nexpect = \"mail\"\n"
                                   "[[domain_file]]\npath = \"two.txt\"\nport = 26\n");
    const auto config = load_config(file, {"probe", "", {}});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->domains.size(), 1u);

    const DomainList list = read_domains(*config);
    EXPECT_THAT(list.errors, ElementsAre());
    EXPECT_THAT(names(list), ElementsAre("a.example", "b.example", "c.example", "d.example"));
    EXPECT_EQ(list.domains[0].policy->expect, Expect::unset);
    EXPECT_EQ(list.domains[1].policy->expect, Expect::mail);
    EXPECT_EQ(list.domains[1].policy, list.domains[2].policy);  // shared, not copied
    EXPECT_EQ(list.domains[3].policy->port, 26);
}

TEST(ReadDomains, ReportsDuplicatesWithBothPlaces) {
    const Folder folder;
    const auto one = folder.write("one.txt", "b.example\nA.example\n");
    const auto two = folder.write("two.txt", "c.example\n  b.example\nc.example.\n");
    const auto file = folder.write("c.toml",
                                   "[[domain]]\nname = \"a.example\"\n"
                                   "[[domain_file]]\npath = \"one.txt\"\n[[domain_file]]\npath = \"two.txt\"\n");
    const DomainList list = read_domains(load_config(file, {"probe", "", {}}).value());
    EXPECT_THAT(names(list), ElementsAre("a.example", "b.example", "c.example"));
    EXPECT_THAT(texts(list.errors), ElementsAre(one + ":2:1: error: `a.example` stands already at " + file + ":2",
                                                two + ":2:3: error: `b.example` stands already at " + one + ":1",
                                                two + ":3:1: error: `c.example` stands already at " + two + ":1"));
}

TEST(ReadDomains, GoesOnWithoutAFileThatWentAway) {
    const Folder folder;
    const auto gone = folder.write("gone.txt", "b.example\n");
    const auto file =
        folder.write("c.toml", "[[domain]]\nname = \"a.example\"\n[[domain_file]]\npath = \"gone.txt\"\n");
    const auto config = load_config(file, {"probe", "", {}}).value();
    EXPECT_THAT(names(read_domains(config)), ElementsAre("a.example", "b.example"));

    folder.remove("gone.txt");
    const DomainList list = read_domains(config);
    EXPECT_THAT(names(list), ElementsAre("a.example"));
    EXPECT_THAT(texts(list.errors), ElementsAre(gone + ":1:1: error: cannot be read: No such file or directory"));
}

TEST(ReadDomains, FindsTheOneDuplicateAmongMany) {
    const Folder folder;
    std::string text;
    for (int i = 0; i < 50'000; ++i) {
        text += "customer-" + std::to_string(i) + ".example\n";
    }
    const auto many = folder.write("many.txt", text + "customer-777.example\n");
    const auto file = folder.write("c.toml", "[[domain_file]]\npath = \"many.txt\"\n");
    const DomainList list = read_domains(load_config(file, {"probe", "", {}}).value());
    EXPECT_EQ(list.domains.size(), 50'000u);
    EXPECT_EQ(list.domains[49'999].name, "customer-49999.example");
    EXPECT_THAT(texts(list.errors),
                ElementsAre(many + ":50001:1: error: `customer-777.example` stands already at " + many + ":778"));
}

}  // namespace
}  // namespace mxfleet
