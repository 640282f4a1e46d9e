#include "probes/wire/mailbox_reply.hpp"

#include <algorithm>
#include <array>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

using Kind = MailboxReplyFormat::Kind;

bool starts_with_word(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    const bool same = same_but_for_case(text.substr(0, word.size()), word);
    return same && (text.size() == word.size() || text[word.size()] == ' ');
}

std::string_view after_word(std::string_view text) {
    const auto space = text.find(' ');
    return space == text.npos ? std::string_view{} : text.substr(space + 1);
}

/// Response codes of refusals that pass: RFC 5530 §3, RFC 3206 §4, RFC 2449 §8.1.
constexpr auto passing =
    std::to_array<std::string_view>({"[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]"});

int refusal_code(std::string_view text) {
    const auto begins = [&](std::string_view word) { return starts_with_word(text, word); };
    return std::ranges::any_of(passing, begins) ? mailbox_code::not_now : mailbox_code::no;
}

struct StatusWord {
    std::string_view word;
    int code;  ///< 0: a refusal, whose text tells which
};

/// RFC 9051 §7.1: the statuses of a greeting, and of a tagged line.
constexpr auto greeting_words =
    std::to_array<StatusWord>({{"OK", mailbox_code::ok}, {"PREAUTH", mailbox_code::preauthenticated}, {"BYE", 0}});
constexpr auto tagged_words = std::to_array<StatusWord>({{"OK", mailbox_code::ok}, {"NO", 0}, {"BAD", 0}});

/// Untagged lines that are words for people.
constexpr auto untagged_statuses = std::to_array<std::string_view>({"OK", "NO", "BAD", "BYE", "PREAUTH"});

/// Commands whose replies are no line of POP3, or longer than a person would write.
struct CommandRow {
    bool is_imap;
    std::string_view command;
    MailboxReplyLimits limits;
};

constexpr std::size_t kib = 1024;
constexpr auto command_table = std::to_array<CommandRow>({
    {true, "LIST", {.lines = 10'000, .bytes = 1024 * kib}},
    {true, "UID SEARCH", {.line = 1024 * kib, .bytes = 1024 * kib}},
    {true, "UID FETCH", {.line = 80 * kib, .bytes = 160 * kib}},
    {false, "CAPA", {}},
    {false, "UIDL", {.lines = 50'000, .bytes = 4096 * kib}},
    {false, "TOP", {.lines = 1'000'000, .bytes = 64 * kib, .cuts = true}},
});

bool is_prefix_of_either(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    return a.substr(0, common) == b.substr(0, common);
}

}  // namespace

MailboxReplyFormat format_of_greeting(ServiceProtocol protocol) {
    return {protocol == ServiceProtocol::imap ? Kind::imap_greeting : Kind::pop3_line, {}};
}

MailboxReplyFormat format_of_reply(ServiceProtocol protocol, std::string_view line, const MailboxReplyFormat& before) {
    const bool is_imap = protocol == ServiceProtocol::imap;
    const auto space = line.find(' ');
    if (is_imap && space == line.npos) return {Kind::imap_tagged, before.tag, before.limits};
    const std::string_view command = is_imap ? line.substr(space + 1) : line;
    const auto begins = [&](const CommandRow& row) {
        return row.is_imap == is_imap && starts_with_word(command, row.command);
    };
    const auto row = std::ranges::find_if(command_table, begins);
    const MailboxReplyLimits limits = row == command_table.end() ? MailboxReplyLimits{} : row->limits;
    if (is_imap) return {Kind::imap_tagged, std::string(line.substr(0, space)), limits};
    return {row == command_table.end() ? Kind::pop3_line : Kind::pop3_list, {}, limits};
}

MailboxReplyReader::MailboxReplyReader(MailboxReplyFormat format) : format_(std::move(format)) {}

MailboxReplyReader::Status MailboxReplyReader::feed(std::string_view bytes, std::size_t& used) {
    const MailboxReplyLimits& limits = format_.limits;
    used = 0;
    while (used < bytes.size()) {
        const std::string_view rest = bytes.substr(used);
        const std::size_t wanted = piece_in(rest);
        const std::size_t room = limits.line - line_.size();
        const std::size_t taken = limits.cuts ? wanted : std::min(wanted, room);
        line_.append(rest.substr(0, std::min(taken, room)));
        used += taken;
        size_ += taken;

        if (!may_become_a_line()) return malformed("not a reply of this protocol");
        if (size_ > (limits.cuts ? cut_reply_limit : limits.bytes) || lines_ == limits.lines)
            return malformed("reply of too many bytes or lines");
        if (literal_ > 0) {
            literal_ -= taken;
            if (literal_ == 0) piece_ = line_.size();
        } else if (rest[taken - 1] == '\n') {
            const Status status = begins_literal() ? begin_literal() : finish_line();
            if (status != Status::more) return status;
        } else if (line_.size() == limits.line && !limits.cuts) {
            return malformed("reply line too long");
        }
    }
    return Status::more;
}

/// How much of it is of the literal or of the line that is being read.
std::size_t MailboxReplyReader::piece_in(std::string_view rest) const {
    if (literal_ > 0) return std::min(literal_, rest.size());
    const std::size_t newline = rest.find('\n');
    return newline == rest.npos ? rest.size() : newline + 1;
}

/// Judges how the line begins, as far as it has arrived.
bool MailboxReplyReader::may_become_a_line() const {
    const auto may_begin = [&](std::string_view with) { return is_prefix_of_either(line_, with); };
    switch (format_.kind) {
        case Kind::imap_greeting: return may_begin("* ");
        case Kind::imap_tagged: return may_begin("* ") || may_begin("+") || may_begin(format_.tag + " ");
        case Kind::pop3_line:
        case Kind::pop3_list: return !reply_.lines.empty() || may_begin("+OK") || may_begin("-ERR") || may_begin("+ ");
    }
    __builtin_unreachable();
}

/// Whether the line ends in the size of a literal (RFC 9051 §4.3). What a status says to people may end in anything.
bool MailboxReplyReader::begins_literal() {
    if (format_.kind != Kind::imap_tagged || !line_.starts_with("* ")) return false;
    const std::string_view status = after_word(line_);
    const auto said = [&](std::string_view word) { return starts_with_word(status, word); };
    if (std::ranges::any_of(untagged_statuses, said)) return false;
    std::string_view tail = std::string_view(line_).substr(piece_);
    tail.remove_suffix(tail.ends_with("\r\n") ? 2 : 1);
    const auto brace = tail.rfind('{');
    if (!tail.ends_with('}') || brace == tail.npos) return false;
    std::string_view digits = tail.substr(brace + 1, tail.size() - brace - 2);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    const auto size = whole_number<std::size_t>(digits);
    if (!size) return false;
    literal_ = *size;
    return true;
}

MailboxReplyReader::Status MailboxReplyReader::begin_literal() {
    if (literal_ >= format_.limits.line - line_.size()) return malformed("literal too long");
    if (literal_ == 0) piece_ = line_.size();
    return Status::more;
}

MailboxReplyReader::Status MailboxReplyReader::finish_line() {
    std::string_view line = line_;
    const bool is_whole = line.ends_with('\n');  // one that was cut is not
    if (is_whole) line.remove_suffix(1);
    reply_.bare_lf = reply_.bare_lf || (is_whole && !line.ends_with('\r'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++lines_;
    note_line(line);
    const bool is_imap = format_.kind == Kind::imap_greeting || format_.kind == Kind::imap_tagged;
    const Status status = is_imap ? read_imap(line) : read_pop3(line);
    if (status != Status::malformed) line_.clear();
    piece_ = 0;
    return status;
}

/// What stands in literals is of people that have nothing to do with us.
void MailboxReplyReader::note_line(std::string_view line) {
    if (seen_.size() == reply_lines_limit) return;
    const std::size_t end = piece_ == 0 ? reply_line_limit : line.find_first_of("\r\n");
    seen_.emplace_back(line.substr(0, end));
}

MailboxReplyReader::Status MailboxReplyReader::read_imap(std::string_view line) {
    if (line.starts_with('+')) return ended(mailbox_code::go_on, after_word(line));
    const bool is_greeting = format_.kind == Kind::imap_greeting;
    const std::string_view status = after_word(line);
    if (line.starts_with('*') && !is_greeting) {
        reply_.lines.emplace_back(status);
        return Status::more;
    }
    const auto said = [&](const StatusWord& each) { return starts_with_word(status, each.word); };
    const auto& words = is_greeting ? greeting_words : tagged_words;
    const auto word = std::ranges::find_if(words, said);
    if (word == words.end()) return malformed("not a status of IMAP");
    const std::string_view text = after_word(status);
    return ended(word->code == 0 ? refusal_code(text) : word->code, text);
}

MailboxReplyReader::Status MailboxReplyReader::read_pop3(std::string_view line) {
    if (!reply_.lines.empty()) {
        if (line == ".") return Status::done;
        if (line.starts_with('.')) line.remove_prefix(1);
        keep(line);
        return Status::more;
    }
    const std::string_view text = after_word(line);
    if (line.starts_with("+ ")) return ended(mailbox_code::go_on, text);
    if (starts_with_word(line, "-ERR")) return ended(refusal_code(text), text);
    if (!starts_with_word(line, "+OK")) return malformed("not a status of POP3");
    ended(mailbox_code::ok, text);
    return format_.kind == Kind::pop3_list ? Status::more : Status::done;
}

void MailboxReplyReader::keep(std::string_view line) {
    if (is_cut_) return;
    kept_ += line.size() + 2;
    is_cut_ = format_.limits.cuts && kept_ > format_.limits.bytes;
    if (!is_cut_) reply_.lines.emplace_back(line);
}

MailboxReplyReader::Status MailboxReplyReader::malformed(std::string_view fault) {
    fault_ = fault;
    return Status::malformed;
}

MailboxReplyReader::Status MailboxReplyReader::ended(int code, std::string_view text) {
    reply_.code = code;
    reply_.lines.emplace_back(text);
    return Status::done;
}

}  // namespace mxfleet
