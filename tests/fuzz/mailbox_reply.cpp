// Any bytes, in any pieces, through the reader of mailbox replies, and its lines through what reads them: never more
// memory than it promises, always the same verdict.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/mailbox/letters.hpp"
#include "probes/wire/mailbox_data.hpp"
#include "probes/wire/mailbox_reply.hpp"

namespace {

using namespace mxfleet;
using Status = MailboxReplyReader::Status;

struct Outcome {
    Status status = Status::more;
    std::size_t used = 0;
    SmtpReply reply;
};

/// The first byte says which command the bytes answer.
MailboxReplyFormat format_of(std::uint8_t choice) {
    constexpr const char* imap[] = {"m1 CAPABILITY", "m1 LIST \"\" \"*\"", "m1 UID SEARCH ALL", "m1 UID FETCH 1 (UID)"};
    constexpr const char* pop3[] = {"STAT", "CAPA", "UIDL", "TOP 1 0"};
    const auto protocol = choice % 2 == 0 ? ServiceProtocol::imap : ServiceProtocol::pop3;
    const std::size_t command = choice / 2 % 5;
    if (command == 4) return format_of_greeting(protocol);
    return format_of_reply(protocol, protocol == ServiceProtocol::imap ? imap[command] : pop3[command], {});
}

Outcome read(const MailboxReplyFormat& format, std::string_view bytes, std::size_t piece) {
    MailboxReplyReader reader(format);
    Outcome outcome;
    while (outcome.status == Status::more && outcome.used < bytes.size()) {
        std::size_t used = 0;
        const std::string_view rest = bytes.substr(outcome.used, piece);
        outcome.status = reader.feed(rest, used);
        if (used == 0 || used > rest.size()) std::abort();
        outcome.used += used;
        if (reader.current_line().size() > format.limits.line) std::abort();
        if (reader.seen().size() > reply_lines_limit) std::abort();
    }
    if (outcome.status == Status::done) outcome.reply = reader.take();
    return outcome;
}

void check_lines(const MailboxReplyFormat& format, const SmtpReply& reply) {
    std::size_t kept = 0;
    for (const std::string& line : reply.lines) {
        kept += line.size();
        static_cast<void>(read_list_line(line));
        static_cast<void>(read_uid_validity(line));
        if (read_search_line(line).size() > line.size()) std::abort();
        static_cast<void>(read_uidl_line(line));
        const auto letter = read_fetch_line(line);
        if (letter && letter->text.size() > line.size()) std::abort();
        static_cast<void>(letter_kind(letter ? std::string_view(letter->text) : line));
        static_cast<void>(may_concern_us(line));
    }
    if (kept > format.limits.bytes || reply.lines.size() > format.limits.lines) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const MailboxReplyFormat format = format_of(data[0]);
    const std::size_t piece = 1 + data[1] % 16;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Outcome whole = read(format, bytes, bytes.size() + 1);
    const Outcome pieces = read(format, bytes, piece);
    // A fault may be found earlier in pieces, never another one.
    if (whole.status != pieces.status || whole.reply.code != pieces.reply.code) std::abort();
    if (whole.reply.lines != pieces.reply.lines) std::abort();
    if (whole.status == Status::done) check_lines(format, whole.reply);
    return 0;
}
