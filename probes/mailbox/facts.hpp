// What a reading of a mailbox is to look for, and what it saw. Facts only: whose letters they are is said elsewhere. No
// password is among them.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/model/failure.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/service/facts.hpp"
#include "probes/smtp/transcript.hpp"

namespace mxfleet {

inline constexpr std::size_t letters_limit = 200;                        ///< of one reading
inline constexpr std::size_t letter_text_limit = std::size_t{64} << 10;  ///< bytes of each
inline constexpr std::size_t letters_text_limit = std::size_t{8} << 20;  ///< bytes of all

/// Where a letter lies.
struct LetterKey {
    std::string folder;  ///< IMAP's, as the server names it; empty: POP3
    std::string id;      ///< "UIDVALIDITY/UID", or POP3's unique id

    auto operator<=>(const LetterKey&) const = default;
};

/// A letter that may be a test message, or a report on one.
struct Letter {
    std::string folder;
    std::string id;
    bool junk = false;  ///< in a folder for junk
    std::string text;   ///< header and the first of the body, lines ending in CR LF; as it came

    LetterKey key() const { return {folder, id}; }
};

struct MailboxWish {
    std::chrono::sys_seconds since{};  ///< nothing that arrived before is of interest; IMAP takes a day more
    std::vector<LetterKey> remove;     ///< letters of an earlier reading that are to go; no others are touched
};

struct MailboxSight {
    std::vector<Letter> letters;
    std::size_t removed = 0;
    SharedText not_removed;          ///< why letters that should go may still be there
    bool is_complete = false;        ///< nothing that was wished for was missed
    std::optional<Failure> failure;  ///< the first that went wrong
    LoginFacts login;
    Transcript transcript;  ///< what the commands were answered is not in it
};

/// The letters of a POP3 mailbox that are known to be others', so that each is looked at once only. Kept between
/// readings; no larger than the mailbox.
struct MailboxMemory {
    std::vector<std::size_t> foreign;  ///< hashes of their unique ids, sorted
};

}  // namespace mxfleet
