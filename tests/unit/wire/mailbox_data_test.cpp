// The lines of mailboxes: as servers write them, and as those would that mean ill.
#include "probes/wire/mailbox_data.hpp"

#include <gmock/gmock.h>

namespace mxfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ListLine, TellsAttributesDelimiterAndName) {
    const ListedFolder junk{{"\\HASNOCHILDREN", "\\JUNK"}, '/', "Archive/Junk"};
    EXPECT_EQ(read_list_line("LIST (\\HasNoChildren \\Junk) \"/\" Archive/Junk"), junk);
    EXPECT_EQ(read_list_line("list (\\HasNoChildren \\junk) \"/\" \"Archive/Junk\""), junk);
    EXPECT_EQ(read_list_line("LIST (\\HasNoChildren \\Junk) \"/\" {12}\r\nArchive/Junk"), junk);
    EXPECT_EQ(read_list_line("LIST (\\HasNoChildren \\Junk) \"/\" Archive/Junk (CHILDINFO (\"SUBSCRIBED\"))"), junk);
    EXPECT_EQ(junk.leaf(), "Junk");
    EXPECT_TRUE(junk.has("\\JUNK"));
    EXPECT_EQ(read_list_line("LIST () NIL INBOX"), (ListedFolder{{}, '\0', "INBOX"}));
    EXPECT_EQ(read_list_line("LIST () \"\\\\\" \"a\\\"b\\\\c\""), (ListedFolder{{}, '\\', "a\"b\\c"}));
    EXPECT_EQ((ListedFolder{{}, '\\', "a\"b\\c"}).leaf(), "c");
}

TEST(ListLine, IsNoneWhereAnythingIsWrong) {
    for (const char* const line :
         {"", "LIST", "LIST ", "LIST (", "LIST ()", "LIST (()) \"/\" a", "LIST (\\Junk \"/\" a", "LIST () \"/\"",
          "LIST () \"/\" \"\"", "LIST () \"/\" \"a", "LIST () \"/\" \"a\\", "LIST () \"//\" a", "LSUB () \"/\" a",
          "LIST () \"/\" {5}\r\nabc", "LIST () \"/\" {x}\r\nabc", "LIST () \"/\" {99999999999999999999}\r\nabc",
          "LIST () \"/\" {3}abc", "LIST () \"/\" {"})
        EXPECT_FALSE(read_list_line(line)) << line;
    EXPECT_FALSE(read_list_line("LIST () \"/\" \"" + std::string(600, 'a') + "\""));
    std::string many = "LIST (";
    for (int i = 0; i < 100; ++i)
        many += " \\A";
    EXPECT_LE(read_list_line(many + ") NIL a").value_or(ListedFolder{}).attributes.size(), 32u);
}

TEST(UidValidity, IsReadFromItsResponseCode) {
    EXPECT_EQ(read_uid_validity("OK [UIDVALIDITY 1234] UIDs valid"), 1234u);
    EXPECT_EQ(read_uid_validity("ok [uidvalidity 4294967295]"), 4294967295u);
    for (const char* const line : {"", "OK", "OK [UIDVALIDITY", "OK [UIDVALIDITY ]", "OK [UIDVALIDITY 4294967296]",
                                   "OK [UIDVALIDITY -1]", "OK [UIDNEXT 3]", "NO [UIDVALIDITY 3]"})
        EXPECT_FALSE(read_uid_validity(line)) << line;
}

TEST(SearchLine, ListsNumbers) {
    EXPECT_THAT(read_search_line("SEARCH 2 3 5"), ElementsAre(2, 3, 5));
    EXPECT_THAT(read_search_line("search 7 (MODSEQ 12)"), ElementsAre(7));
    EXPECT_THAT(read_search_line("SEARCH"), IsEmpty());
    EXPECT_THAT(read_search_line("SEARCH 0 1"), ElementsAre(1)) << "there is no letter of that number";
    EXPECT_THAT(read_search_line("SEARCH 1 4294967296 2"), ElementsAre(1));
    EXPECT_THAT(read_search_line("SEARCH -1"), IsEmpty());
    EXPECT_THAT(read_search_line("SEARCH1 2"), IsEmpty());
    EXPECT_THAT(read_search_line("ESEARCH (TAG \"m1\") UID ALL 2"), IsEmpty());
}

TEST(FetchLine, HasALetterInAnyOrderAndForm) {
    const FetchedLetter letter{5, "a\r\n) b\""};
    EXPECT_EQ(read_fetch_line("1 FETCH (UID 5 BODY[]<0> {7}\r\na\r\n) b\")"), letter);
    EXPECT_EQ(read_fetch_line("1 FETCH (BODY[]<0> {7}\r\na\r\n) b\" UID 5)"), letter);
    EXPECT_EQ(read_fetch_line("1 fetch (flags (\\Seen (x \"y)\" {1}\r\n))) uid 5 body[] ~{7}\r\na\r\n) b\" X NIL)"),
              letter);
    EXPECT_EQ(read_fetch_line("1 FETCH (UID 5 BODY[HEADER.FIELDS (TO \"X\")]<0> \"\")"), (FetchedLetter{5, ""}));
    EXPECT_EQ(read_fetch_line("1 FETCH (UID 5 BODY[] NIL)"), (FetchedLetter{5, ""}));
    EXPECT_EQ(read_fetch_line("1 FETCH (UID 5 BODY[] \"a\\\"b\")"), (FetchedLetter{5, "a\"b"}));
}

TEST(FetchLine, IsNoneWhereAnythingIsWrong) {
    for (const char* const line :
         {"", "1", "1 FETCH", "1 FETCH (", "1 FETCH ()", "x FETCH (UID 5 BODY[] \"a\")", "1 FETCH (UID 5)",
          "1 FETCH (BODY[] \"a\")", "1 FETCH (UID x BODY[] \"a\")", "1 FETCH (UID 0 BODY[] \"a\")",
          "1 FETCH (UID 5 BODY[] \"a\"", "1 FETCH (UID 5 BODY[] {5}\r\na)", "1 FETCH (UID 5 BODY[] {-1}\r\na)",
          "1 FETCH (UID 5 FLAGS (((", "1 FETCH (UID 5 FLAGS ) BODY[] \"a\")", "1 FETCH (UID 5 BODY[ \"a\")",
          "1 FETCH (UID 5 BODY[]", "1 FETCH (\"UID\" 5)", "1 EXPUNGE"})
        EXPECT_FALSE(read_fetch_line(line)) << line;
    EXPECT_FALSE(read_fetch_line("1 FETCH (UID 5 FLAGS " + std::string(100'000, '(')));
}

TEST(UidlLine, HasANumberAndAnId) {
    EXPECT_EQ(read_uidl_line("1 whqtswO00WBw418f9t5JxYwZ"), (ListedLetter{1, "whqtswO00WBw418f9t5JxYwZ"}));
    EXPECT_EQ(read_uidl_line("2 a  "), (ListedLetter{2, "a"}));
    for (const std::string& line :
         {std::string(), std::string("1"), std::string("1 "), std::string("0 a"), std::string("x a"),
          std::string("1 a b"), std::string("1 \x7f"), "1 " + std::string(71, 'a'), std::string("4294967296 a")})
        EXPECT_FALSE(read_uidl_line(line)) << line;
}

}  // namespace
}  // namespace mxfleet
