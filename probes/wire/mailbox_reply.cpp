#include "probes/wire/mailbox_reply.hpp"

#include <algorithm>
#include <array>

namespace mxfleet {
namespace {

using Kind = MailboxReplyFormat::Kind;

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool starts_with_word(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    const bool same = std::ranges::equal(text.substr(0, word.size()), word, {}, upper, upper);
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

bool is_prefix_of_either(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    return a.substr(0, common) == b.substr(0, common);
}

}  // namespace

MailboxReplyFormat format_of_greeting(ServiceProtocol protocol) {
    return {protocol == ServiceProtocol::imap ? Kind::imap_greeting : Kind::pop3_line, {}};
}

MailboxReplyFormat format_of_reply(ServiceProtocol protocol, std::string_view line, const MailboxReplyFormat& before) {
    if (protocol == ServiceProtocol::pop3) return {line == "CAPA" ? Kind::pop3_list : Kind::pop3_line, {}};
    const auto space = line.find(' ');
    return {Kind::imap_tagged, space == line.npos ? before.tag : std::string(line.substr(0, space))};
}

MailboxReplyReader::MailboxReplyReader(MailboxReplyFormat format) : format_(std::move(format)) {}

MailboxReplyReader::Status MailboxReplyReader::feed(std::string_view bytes, std::size_t& used) {
    used = 0;
    while (used < bytes.size()) {
        const std::string_view rest = bytes.substr(used);
        const std::size_t newline = rest.find('\n');
        const std::size_t wanted = newline == rest.npos ? rest.size() : newline + 1;
        const std::size_t taken = std::min(wanted, reply_line_limit - line_.size());
        line_.append(rest.substr(0, taken));
        used += taken;
        size_ += taken;

        if (!may_become_a_line()) return malformed("not a reply of this protocol");
        if (size_ > reply_limit || seen_.size() == reply_lines_limit)
            return malformed("reply over 64 KiB or 512 lines");
        if (line_.back() == '\n') {
            const Status status = finish_line();
            if (status != Status::more) return status;
        } else if (line_.size() == reply_line_limit) {
            return malformed("reply line over 4096 bytes");
        }
    }
    return Status::more;
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

MailboxReplyReader::Status MailboxReplyReader::finish_line() {
    std::string_view line = line_;
    line.remove_suffix(1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    } else {
        reply_.bare_lf = true;
    }
    seen_.emplace_back(line);
    const bool is_imap = format_.kind == Kind::imap_greeting || format_.kind == Kind::imap_tagged;
    const Status status = is_imap ? read_imap(seen_.back()) : read_pop3(seen_.back());
    if (status != Status::malformed) line_.clear();
    return status;
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
        reply_.lines.emplace_back(line);
        return Status::more;
    }
    const std::string_view text = after_word(line);
    if (line.starts_with("+ ")) return ended(mailbox_code::go_on, text);
    if (starts_with_word(line, "-ERR")) return ended(refusal_code(text), text);
    if (!starts_with_word(line, "+OK")) return malformed("not a status of POP3");
    ended(mailbox_code::ok, text);
    return format_.kind == Kind::pop3_list ? Status::more : Status::done;
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
