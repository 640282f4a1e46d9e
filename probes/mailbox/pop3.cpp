// A reading by POP3: RFC 1939. TOP reads without marking; DELE takes effect with QUIT (§6).
#include <algorithm>
#include <functional>

#include "probes/mailbox/steps.hpp"
#include "probes/wire/mailbox_data.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t lines_of_reports = 200;  ///< of their bodies

struct Pop3Reading {
    Reading& reading;
    std::vector<ListedLetter> listed;
    std::size_t deleted = 0;
};

std::size_t hash_of(const ListedLetter& letter) {
    return std::hash<std::string>{}(letter.uid);
}

Dialogue list_step(Pop3Reading& in) {
    std::optional<SmtpReply> reply;
    co_await mailbox_command("UIDL", in.reading, reply);
    if (!is_granted(reply, in.reading)) co_return;
    for (std::size_t at = 1; at < reply->lines.size(); ++at) {
        if (auto letter = read_uidl_line(reply->lines[at])) in.listed.push_back(std::move(*letter));
    }
    if (in.listed.size() + 1 != reply->lines.size())
        in.reading.miss({Phase::mailbox, Reason::protocol_error, "ids that are none"});
}

bool is_to_go(const ListedLetter& letter, const MailboxWish& wish) {
    return std::ranges::find(wish.remove, LetterKey{{}, letter.uid}) != wish.remove.end();
}

Dialogue removal_step(Pop3Reading& in) {
    Reading& reading = in.reading;
    std::vector<ListedLetter> staying;
    for (ListedLetter& letter : in.listed) {
        if (!is_to_go(letter, reading.wish) || !still_speaks(reading.session)) {
            staying.push_back(std::move(letter));
            continue;
        }
        std::optional<SmtpReply> reply;
        co_await mailbox_command("DELE " + std::to_string(letter.number), reading, reply);
        if (is_granted(reply)) ++in.deleted;
        if (reply && !reply->is_positive()) reading.sight.not_removed = last_words(*reply, reading.session);
    }
    in.listed = std::move(staying);
}

std::string text_in(const SmtpReply& reply) {
    std::string text;
    for (std::size_t at = 1; at < reply.lines.size(); ++at)
        text.append(reply.lines[at]).append("\r\n");
    return text;
}

std::string top_line(const ListedLetter& letter, std::size_t lines) {
    return "TOP " + std::to_string(letter.number) + " " + std::to_string(lines);
}

/// The header tells most letters apart; a report's body tells what it is about.
Dialogue look_step(const ListedLetter& letter, Reading& reading, bool& is_foreign) {
    std::optional<SmtpReply> header;
    co_await mailbox_command(top_line(letter, 0), reading, header);
    if (!is_granted(header, reading)) co_return;
    std::string text = text_in(*header);
    const LetterKind kind = letter_kind(text);
    if (kind == LetterKind::report) {
        std::optional<SmtpReply> whole;
        co_await mailbox_command(top_line(letter, lines_of_reports), reading, whole);
        if (!is_granted(whole, reading)) co_return;
        text = text_in(*whole);
    }
    is_foreign = kind == LetterKind::foreign || (kind == LetterKind::report && !may_concern_us(text));
    if (!is_foreign) reading.keep({{}, letter.uid, false, std::move(text)});
}

/// The newest first: they stand last.
Dialogue looking_part(Pop3Reading& in) {
    Reading& reading = in.reading;
    std::vector<std::size_t> foreign;
    for (auto letter = in.listed.rbegin(); letter != in.listed.rend(); ++letter) {
        bool is_foreign = std::ranges::binary_search(reading.memory.foreign, hash_of(*letter));
        if (!is_foreign && still_speaks(reading.session)) {
            if (reading.may_look_at_more()) {
                ++reading.looked_at;
                co_await look_step(*letter, reading, is_foreign);
            } else {
                reading.miss({Phase::mailbox, Reason::budget, "more letters than are looked at"});
            }
        }
        if (is_foreign) foreign.push_back(hash_of(*letter));
    }
    std::ranges::sort(foreign);
    reading.memory.foreign = std::move(foreign);
}

/// What was to be removed is removed now, if the server says so.
Dialogue farewell_step(Pop3Reading& in) {
    const Answer answer = co_await command(Phase::quit, "QUIT");
    MailboxSight& sight = in.reading.sight;
    if (answer && answer->is_positive()) {
        sight.removed = in.deleted;
    } else if (in.deleted > 0) {
        sight.not_removed = answer ? last_words(*answer, in.reading.session) : std::string("no reply to QUIT");
    }
}

}  // namespace

Dialogue pop3_reading(Reading& reading) {
    Pop3Reading in{reading, {}};
    co_await list_step(in);
    co_await removal_step(in);
    co_await looking_part(in);
    if (still_speaks(reading.session)) {
        co_await farewell_step(in);
    }
}

}  // namespace mxfleet
