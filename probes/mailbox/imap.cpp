// A reading by IMAP: RFC 9051, as far as IMAP4rev1 (RFC 3501) with UIDPLUS (RFC 4315) has the same; folders for junk
// are told by RFC 6154.
#include <algorithm>
#include <array>

#include "probes/mailbox/folders.hpp"
#include "probes/mailbox/steps.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/mailbox_data.hpp"
#include "probes/wire/secrets.hpp"

namespace mxfleet {
namespace {

struct ImapReading {
    Reading& reading;
    Tags& tags;
    bool can_expunge_by_uid = false;
    bool tells_special_use = false;
};

Dialogue imap_command(std::string line, ImapReading& in, std::optional<SmtpReply>& reply) {
    co_await mailbox_command(in.tags.next() + line, in.reading, reply);
}

/// What is offered after a login is more than before (RFC 9051 §6.2).
Dialogue capability_step(ImapReading& in) {
    std::optional<SmtpReply> reply;
    co_await imap_command("CAPABILITY", in, reply);
    if (!is_granted(reply, in.reading)) co_return;
    const auto has = [&](std::string_view word) { return offers(reply->lines, "CAPABILITY", word); };
    const bool is_revision_2 = has("IMAP4REV2");
    in.can_expunge_by_uid = has("UIDPLUS") || is_revision_2;
    in.tells_special_use = (has("SPECIAL-USE") && has("LIST-EXTENDED")) || is_revision_2;
}

Dialogue list_step(ImapReading& in, std::vector<Folder>& folders) {
    std::optional<SmtpReply> reply;
    std::string order = in.tells_special_use ? "LIST \"\" \"*\" RETURN (SPECIAL-USE)" : "LIST \"\" \"*\"";
    co_await imap_command(std::move(order), in, reply);
    if (!is_granted(reply, in.reading)) co_return;
    std::vector<ListedFolder> listed;
    for (const std::string& line : reply->lines) {
        if (auto folder = read_list_line(line)) listed.push_back(std::move(*folder));
    }
    folders = folders_of_arrival(listed);
}

std::optional<std::uint32_t> uid_validity_in(const SmtpReply& reply) {
    for (const std::string& line : reply.lines) {
        if (const auto validity = read_uid_validity(line)) return validity;
    }
    return std::nullopt;
}

/// A name that can be said in a quoted string. Others are no names of IMAP4rev1.
bool can_be_said(const std::string& name) {
    return std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7f; });
}

// ---- Removing ----

/// The numbers that the wish names in this folder, as they were numbered then.
std::string uids_to_remove(const MailboxWish& wish, const std::string& folder, std::uint32_t validity) {
    const std::string before = std::to_string(validity) + "/";
    std::string set;
    std::size_t count = 0;
    for (const LetterKey& key : wish.remove) {
        if (key.folder != folder || !key.id.starts_with(before) || count == letters_limit) continue;
        const auto uid = whole_number<std::uint32_t>(std::string_view(key.id).substr(before.size()));
        if (!uid || *uid == 0) continue;
        if (!set.empty()) set += ',';
        set += std::to_string(*uid);
        ++count;
    }
    return set;
}

bool is_expunge(const std::string& line) {
    const auto space = line.find(' ');
    return space != line.npos && std::string_view(line).substr(space + 1) == "EXPUNGE";
}

/// A no is no miss: what was to be seen can be seen all the same.
bool may_go_on(const std::optional<SmtpReply>& reply, ImapReading& in) {
    if (reply && !reply->is_positive()) in.reading.sight.not_removed = last_words(*reply, in.reading.session);
    return is_granted(reply);
}

/// RFC 4315 §2.1: EXPUNGE alone would remove what others have marked.
Dialogue removal_step(const Folder& folder, ImapReading& in) {
    MailboxSight& sight = in.reading.sight;
    const auto& wanted = in.reading.wish.remove;
    if (std::ranges::find(wanted, folder.name, &LetterKey::folder) == wanted.end()) co_return;
    if (!in.can_expunge_by_uid) {
        sight.not_removed = "the server offers no UIDPLUS, without which letters of others might be removed, too";
        co_return;
    }
    std::optional<SmtpReply> selected;
    co_await imap_command("SELECT " + imap_quoted(folder.name), in, selected);
    if (!may_go_on(selected, in)) co_return;
    const std::string uids = uids_to_remove(in.reading.wish, folder.name, uid_validity_in(*selected).value_or(0));
    if (uids.empty()) co_return;
    std::optional<SmtpReply> stored;
    co_await imap_command("UID STORE " + uids + " +FLAGS.SILENT (\\Deleted)", in, stored);
    if (!may_go_on(stored, in)) co_return;
    std::optional<SmtpReply> expunged;
    co_await imap_command("UID EXPUNGE " + uids, in, expunged);
    if (!may_go_on(expunged, in)) co_return;
    sight.removed += static_cast<std::size_t>(std::ranges::count_if(expunged->lines, is_expunge));
}

// ---- Looking ----

/// `26-Nov-2026`, a day earlier: SINCE knows days only, those of the server's time zone (RFC 9051 §6.4.4).
std::string search_date(std::chrono::sys_seconds since) {
    constexpr auto months = std::to_array<std::string_view>(
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(since) - std::chrono::days{1});
    const auto year = std::to_string(static_cast<int>(date.year()));
    return std::to_string(static_cast<unsigned>(date.day())) + "-" +
           std::string(months[static_cast<unsigned>(date.month()) - 1]) + "-" + year;
}

std::string search_line(std::chrono::sys_seconds since) {
    return "UID SEARCH SINCE " + search_date(since) +
           " OR HEADER X-Mxfleet-Token \"\" OR HEADER Content-Type \"multipart/report\" FROM \"mailer-daemon\"";
}

/// The newest first.
std::vector<std::uint32_t> found_in(const SmtpReply& reply) {
    std::vector<std::uint32_t> uids;
    for (const std::string& line : reply.lines) {
        const std::vector<std::uint32_t> more = read_search_line(line);
        uids.insert(uids.end(), more.begin(), more.end());
    }
    std::ranges::sort(uids, std::ranges::greater{});
    const auto [first, last] = std::ranges::unique(uids);
    uids.erase(first, last);
    return uids;
}

void take_letter(const SmtpReply& reply, std::uint32_t uid, std::uint32_t validity, const Folder& folder, Reading& in) {
    for (const std::string& line : reply.lines) {
        auto fetched = read_fetch_line(line);
        if (!fetched || fetched->uid != uid) continue;
        if (fetched->text.size() > letter_text_limit) fetched->text.resize(letter_text_limit);
        const LetterKind kind = letter_kind(fetched->text);
        const bool is_wanted =
            kind == LetterKind::message || (kind == LetterKind::report && may_concern_us(fetched->text));
        if (!is_wanted) return;
        const std::string id = std::to_string(validity) + "/" + std::to_string(uid);
        return in.keep({folder.name, id, folder.junk, std::move(fetched->text)});
    }
}

std::string fetch_line(std::uint32_t uid) {
    return "UID FETCH " + std::to_string(uid) + " (UID BODY.PEEK[]<0." + std::to_string(letter_text_limit) + ">)";
}

/// EXAMINE and PEEK: nothing that is read is marked as read (RFC 9051 §6.3.3, §6.4.5).
Dialogue look_step(const Folder& folder, ImapReading& in) {
    Reading& reading = in.reading;
    std::optional<SmtpReply> examined;
    co_await imap_command("EXAMINE " + imap_quoted(folder.name), in, examined);
    if (!is_granted(examined, reading)) co_return;
    const auto validity = uid_validity_in(*examined);
    std::optional<SmtpReply> found;
    co_await imap_command(search_line(reading.wish.since), in, found);
    if (!is_granted(found, reading)) co_return;
    const std::vector<std::uint32_t> uids = found_in(*found);
    if (!validity && !uids.empty())
        reading.miss({Phase::mailbox, Reason::protocol_error, "a folder without UIDVALIDITY"});
    if (!validity) co_return;
    for (const std::uint32_t uid : uids) {
        if (!reading.may_look_at_more()) {
            reading.miss({Phase::mailbox, Reason::budget, "more letters than are looked at"});
            co_return;
        }
        ++reading.looked_at;
        std::optional<SmtpReply> fetched;
        co_await imap_command(fetch_line(uid), in, fetched);
        if (!is_granted(fetched, reading)) co_return;
        take_letter(*fetched, uid, *validity, folder, reading);
    }
}

}  // namespace

Dialogue imap_reading(Tags& tags, Reading& reading) {
    ImapReading in{reading, tags};
    co_await capability_step(in);
    if (!still_speaks(reading.session)) co_return;
    std::vector<Folder> folders;
    co_await list_step(in, folders);
    for (const Folder& folder : folders) {
        if (!can_be_said(folder.name)) {
            reading.miss({Phase::mailbox, Reason::protocol_error, "a folder with a name that cannot be said"});
            continue;
        }
        if (still_speaks(reading.session)) {
            co_await removal_step(folder, in);
        }
        if (still_speaks(reading.session)) {
            co_await look_step(folder, in);
        }
    }
}

}  // namespace mxfleet
