// Which letters may be ours, and which folders they are looked for in.
#include "probes/mailbox/letters.hpp"

#include <gmock/gmock.h>

#include "probes/mailbox/folders.hpp"

namespace mxfleet {
namespace {

using ::testing::ElementsAre;

TEST(LetterKind, IsToldByTheHeaderAlone) {
    EXPECT_EQ(letter_kind("Subject: x\r\nX-MXFLEET-token: t\r\n\r\n"), LetterKind::message);
    EXPECT_EQ(letter_kind("Content-Type: multipart/\r\n report\r\n"), LetterKind::foreign);
    EXPECT_EQ(letter_kind("Content-Type:\r\n\tMultipart/Report; x=y\r\n"), LetterKind::report);
    EXPECT_EQ(letter_kind("From: Mail <MAILER-DAEMON@mx.example.com>\r\n"), LetterKind::report);
    EXPECT_EQ(letter_kind("Content-Type: multipart/report\nX-Mxfleet-Token: t"), LetterKind::message);
    EXPECT_EQ(letter_kind("Subject: x\r\n\r\nX-Mxfleet-Token: t\r\n"), LetterKind::foreign) << "that is its body";
    EXPECT_EQ(letter_kind("Subject: x\n\nX-Mxfleet-Token: t\n"), LetterKind::foreign);
    EXPECT_EQ(letter_kind("Subject: X-Mxfleet-Token: t\r\n X-Mxfleet-Token: t\r\n"), LetterKind::foreign);
    EXPECT_EQ(letter_kind("X-Mxfleet-Token"), LetterKind::foreign);
    EXPECT_EQ(letter_kind(""), LetterKind::foreign);
    EXPECT_EQ(letter_kind("\n"), LetterKind::foreign);
    EXPECT_EQ(letter_kind(std::string(100'000, '\n')), LetterKind::foreign);
}

TEST(Reports, ConcernUsWhereTheyNameATokenOrAnEnvelope) {
    EXPECT_TRUE(may_concern_us("...\r\nX-mxfleet-TOKEN: t"));
    EXPECT_TRUE(may_concern_us("Original-Envelope-ID: t"));
    EXPECT_FALSE(may_concern_us("Final-Recipient: rfc822; a@example.com"));
}

TEST(Folders, AreTheInboxAndThoseForJunk) {
    const ListedFolder inbox{{}, '/', "Inbox"};
    const ListedFolder told{{"\\JUNK"}, '/', "Unwanted"};
    const ListedFolder named{{}, '/', "[Gmail]/Spam"};
    const ListedFolder similar{{}, '/', "Spam/old"};
    const ListedFolder nowhere{{"\\NOSELECT"}, '/', "Junk"};
    EXPECT_THAT(folders_of_arrival({}), ElementsAre(Folder{"INBOX", false}));
    EXPECT_THAT(folders_of_arrival({inbox, named, similar, nowhere}),
                ElementsAre(Folder{"INBOX", false}, Folder{"[Gmail]/Spam", true}));
    EXPECT_THAT(folders_of_arrival({inbox, named, told}),
                ElementsAre(Folder{"INBOX", false}, Folder{"Unwanted", true}));
    EXPECT_EQ(folders_of_arrival(std::vector<ListedFolder>(100, told)).size(), 8u) << "hostile";
}

}  // namespace
}  // namespace mxfleet
