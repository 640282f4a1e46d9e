// Replies of IMAP (RFC 9051 §7) and of POP3 (RFC 1939 §3) out of a stream of bytes. No sockets and no clock; whatever
// is fed, memory stays under limits: those of SMTP's replies, or those that a command's reply needs. What they come to
// is said by a code whose first digit means what SMTP's does, so that one kind of dialogue speaks all three.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/service_kind.hpp"
#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

/// The codes that a reply is given.
namespace mailbox_code {
inline constexpr int ok = 200;
inline constexpr int preauthenticated = 235;  ///< IMAP's greeting that wants no login
inline constexpr int go_on = 334;             ///< `+`: the server waits for more
inline constexpr int not_now = 450;  ///< a refusal whose response code says that it will pass (RFC 5530, RFC 3206)
inline constexpr int no = 550;
}  // namespace mailbox_code

/// How much a reply may be.
struct MailboxReplyLimits {
    std::size_t line = reply_line_limit;    ///< bytes, with the line's end and the literals in it
    std::size_t lines = reply_lines_limit;  ///< up to the last
    std::size_t bytes = reply_limit;
    bool cuts = false;  ///< what is over line and bytes is left out, up to `cut_reply_limit`, instead of a fault
};

/// The most of a reply that is read to its end and not kept: a letter of somebody else.
inline constexpr std::size_t cut_reply_limit = std::size_t{16} << 20;

/// What the reply to a command looks like.
struct MailboxReplyFormat {
    enum class Kind : std::uint8_t {
        imap_greeting,  ///< one untagged line
        imap_tagged,    ///< untagged lines up to the one with the command's tag, or `+`
        pop3_line,      ///< one line
        pop3_list,      ///< and, after +OK, lines up to a dot
    };

    Kind kind = Kind::imap_greeting;
    std::string tag;
    MailboxReplyLimits limits = {};
};

MailboxReplyFormat format_of_greeting(ServiceProtocol protocol);

/// Of the reply to `line`. One without a space in IMAP continues the command before, to which `before` belongs.
MailboxReplyFormat format_of_reply(ServiceProtocol protocol, std::string_view line, const MailboxReplyFormat& before);

/// Reads one reply. Each byte is looked at once.
class MailboxReplyReader {
public:
    using Status = ReplyReader::Status;

    explicit MailboxReplyReader(MailboxReplyFormat format);

    /// Takes bytes up to the end of the reply. `used` is how many were taken; the rest belongs to what follows.
    Status feed(std::string_view bytes, std::size_t& used);

    /// After `done`. The lines are without `* `, the tag, the word of the status, and a dot that was stuffed; the
    /// status line is the first of POP3's and the last of IMAP's. A literal (RFC 9051 §4.3) stands in its line as it
    /// came:
    /// `{3}`, CR LF, three bytes.
    SmtpReply take() { return std::move(reply_); }

    /// After `malformed`: what is wrong.
    std::string_view fault() const { return fault_; }

    /// The lines that were finished, as they came, without their ends, without what stands in literals, and no more of
    /// them than are shown.
    const std::vector<std::string>& seen() const { return seen_; }

    /// What has been read so far of the line that was not finished or was at fault, as it came.
    std::string_view current_line() const { return line_; }

private:
    bool may_become_a_line() const;
    std::size_t piece_in(std::string_view rest) const;
    bool begins_literal();
    Status begin_literal();
    Status finish_line();
    void note_line(std::string_view line);
    void keep(std::string_view line);
    Status read_imap(std::string_view line);
    Status read_pop3(std::string_view line);
    Status malformed(std::string_view fault);
    Status ended(int code, std::string_view text);

    MailboxReplyFormat format_;
    SmtpReply reply_;
    std::string line_;
    std::size_t piece_ = 0;    ///< where what follows the line's last literal begins
    std::size_t literal_ = 0;  ///< bytes of a literal that are still to come
    std::vector<std::string> seen_;
    std::size_t lines_ = 0;
    std::size_t size_ = 0;
    std::size_t kept_ = 0;  ///< bytes of a list
    bool is_cut_ = false;
    std::string_view fault_;
};

}  // namespace mxfleet
