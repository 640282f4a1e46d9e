// What the lines of a mailbox's replies say: folders, found and fetched letters of IMAP (RFC 9051 §7), POP3's ids (RFC
// 1939 §7). As MailboxReplyReader hands the lines out: without `* `, literals in their places. No sockets and no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mxfleet {

/// Of a LIST line (§7.3.1).
struct ListedFolder {
    std::vector<std::string> attributes;  ///< upper case, as `\JUNK`
    char delimiter = '\0';                ///< between a folder and those in it; 0: there are none
    std::string name;                     ///< as the server has it

    bool has(std::string_view attribute) const;
    /// The last part of the name.
    std::string_view leaf() const;
    bool operator==(const ListedFolder&) const = default;
};

/// Empty: another line, or none that is right.
std::optional<ListedFolder> read_list_line(std::string_view line);

/// The number behind UIDVALIDITY in `OK [UIDVALIDITY 12] …`.
std::optional<std::uint32_t> read_uid_validity(std::string_view line);

/// The numbers of a SEARCH line; none in any other.
std::vector<std::uint32_t> read_search_line(std::string_view line);

struct FetchedLetter {
    std::uint32_t uid = 0;
    std::string text;

    bool operator==(const FetchedLetter&) const = default;
};

/// Of a FETCH line that has both UID and BODY[…].
std::optional<FetchedLetter> read_fetch_line(std::string_view line);

/// A line of UIDL's list.
struct ListedLetter {
    std::uint32_t number = 0;
    std::string uid;

    bool operator==(const ListedLetter&) const = default;
};

std::optional<ListedLetter> read_uidl_line(std::string_view line);

}  // namespace mxfleet
