// The mailboxes of flows: when they are read, what of it is taken in, and what is removed.
#include <algorithm>
#include <asio/co_spawn.hpp>

#include "agent/fleet/flows.hpp"
#include "agent/fleet/services.hpp"
#include "probes/flow/message.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr Duration mailbox_lookup_interval = 60s;
constexpr auto reading_after_failure = 30s;
constexpr auto removal_pause = 2s;           ///< between a reading and the one that removes what it found
constexpr auto removal_again_after = 10min;  ///< where a letter stays although it was to go
constexpr std::size_t removed_limit = 1000;
constexpr auto strays_from = std::chrono::days{1};  ///< what is older and nobody knows is from an earlier run

std::string name_of(const Letter& letter) {
    return printable(letter.folder) + "/" + printable(letter.id);
}

Failure local_mailbox_fault(std::string_view words) {
    return {Phase::login, Reason::local_fault, SharedText(words)};
}

}  // namespace

Flows::MailboxPointer Flows::mailbox(const std::string& service) {
    const auto named = std::ranges::find(settings_.services, service, &ServiceSettings::name);
    if (named == settings_.services.end()) return nullptr;
    Credentials own = credentials_of(*named, settings_);
    const auto is_same = [&](const MailboxPointer& each) {
        return each->service == *named && each->credentials == own;
    };
    const auto known = std::ranges::find_if(mailboxes_, is_same);
    if (known != mailboxes_.end()) return *known;
    auto fresh = std::make_shared<Mailbox>();
    fresh->service = *named;
    fresh->credentials = std::move(own);
    mailboxes_.push_back(fresh);  // so that the next flow into it finds it
    return fresh;
}

std::vector<Flows::WatchedPointer> Flows::flows_into(const Mailbox& mailbox) const {
    std::vector<WatchedPointer> flows;
    for (const WatchedPointer& each : watched_) {
        if (each->settings.mailbox == mailbox.service.name) flows.push_back(each);
    }
    return flows;
}

// ---- When -----------------------------------------------------------------------------------------------------------

bool Flows::is_reading_due(const Mailbox& mailbox, WallTime now) const {
    const bool has_failed = mailbox.read_at && mailbox.read_at != mailbox.complete_at;
    if (has_failed && now - *mailbox.read_at < reading_after_failure && now >= *mailbox.read_at) return false;
    if (!mailbox.removable.empty() && mailbox.read_at && now - *mailbox.read_at >= removal_pause) return true;
    for (const WatchedPointer& flow : flows_into(mailbox)) {
        const MaybeTime due = flow->ledger.reading_due(mailbox.read_at, now);
        if (due && *due <= now) return true;
    }
    return false;
}

void Flows::begin_reading(const MailboxPointer& mailbox, DnsLookup& dns) {
    if (mailbox->is_under_way || readings_ >= readings_at_once || !is_reading_due(*mailbox, wall_now())) return;
    mailbox->is_under_way = true;
    ++readings_;
    ++in_flight_;
    asio::co_spawn(context_, read(mailbox, dns), rethrow);
}

// ---- How ------------------------------------------------------------------------------------------------------------

asio::awaitable<void> Flows::read(MailboxPointer mailbox, DnsLookup& dns) {
    co_await find_mailbox(mailbox, dns);
    const WallTime begun_at = wall_now();
    mailbox->read_at = begun_at;
    MailboxSight sight;
    sight.failure = local_mailbox_fault("no address of the host is known that may be connected to");
    if (!mailbox->addresses.empty()) {
        const EndpointKey& address = mailbox->addresses[mailbox->turn % mailbox->addresses.size()];
        ServiceVisit visit = visit_of(mailbox->service, address, settings_);
        if (visit.plan.login) {
            MailboxVisit reading{address, mailbox->service.kind, *std::move(visit.plan.login), wish_for(*mailbox)};
            sight = co_await ports_->read(std::move(reading), mailbox->memory);
        } else {
            sight.failure = local_mailbox_fault(visit.no_password);
        }
    }
    if (!stopped_ && !mailbox->is_dropped) {
        std::vector<LetterKey> found = take_in(*mailbox, sight, begun_at);
        co_await written();  // before the letters go: a crash between would lose what they tell
        std::ranges::move(found, std::back_inserter(mailbox->removable));
    }
    mailbox->is_under_way = false;
    --readings_;
    --in_flight_;
}

asio::awaitable<void> Flows::find_mailbox(MailboxPointer mailbox, DnsLookup& dns) {
    if (mailbox->lookup_due > steady_now()) co_return;
    mailbox->lookup_due = steady_now() + mailbox_lookup_interval;
    const MxFacts facts = co_await look_up_service(dns, mailbox->service.host, settings_);
    if (facts.state == MxState::unknown) co_return;
    mailbox->addresses = open_addresses_of(mailbox->service, facts, settings_.smtp);
}

/// Nothing older than what may still be of interest, and the removal of what was found before.
MailboxWish Flows::wish_for(Mailbox& mailbox) const {
    Duration longest{};
    for (const WatchedPointer& flow : flows_into(mailbox))
        longest = std::max(longest, flow->settings.lost);
    MailboxWish wish;
    wish.since = std::chrono::floor<std::chrono::seconds>(wall_now() - 2 * longest) - 2 * strays_from;
    wish.remove = std::exchange(mailbox.removable, {});
    for (const LetterKey& letter : wish.remove)
        mailbox.removed[letter] = wall_now();
    if (mailbox.removed.size() > removed_limit) mailbox.removed.clear();
    return wish;
}

/// Gives the letters that have told all that they have to tell.
std::vector<LetterKey> Flows::take_in(Mailbox& mailbox, const MailboxSight& sight, WallTime begun_at) {
    const std::vector<WatchedPointer> flows = flows_into(mailbox);
    std::vector<LetterKey> found;
    for (const Letter& letter : sight.letters) {
        auto facts = std::make_shared<const LetterFacts>(recognise(letter.text));
        const SeenLetter seen{name_of(letter), letter.junk, std::move(facts)};
        // Reports come to where the sender has its mail, which may be another flow's mailbox.
        if (!is_ours(seen.facts->report ? watched_ : flows, seen, mailbox.complete_at)) continue;
        const auto tried = mailbox.removed.find(letter.key());
        const bool stays = tried != mailbox.removed.end() && wall_now() - tried->second < removal_again_after;
        if (!stays) found.push_back(letter.key());
    }
    const bool is_complete = sight.is_complete && !sight.failure;
    if (is_complete) mailbox.complete_at = begun_at;
    if (!is_complete) ++mailbox.turn;
    for (const WatchedPointer& flow : flows) {
        if (is_complete) flow->ledger.read_all(begun_at, wall_now());
        if (is_complete) flow->status.mailbox_read_at = begun_at;
        flow->status.mailbox_failure = sight.failure;
        changed(*flow);
    }
    return found;
}

/// A message of a run that nobody remembers is removed, too, once nobody can be waiting for it.
bool Flows::is_ours(const std::vector<WatchedPointer>& flows, const SeenLetter& letter, MaybeTime previous) {
    if (!letter.facts->token) return false;
    const Token& token = *letter.facts->token;
    for (const WatchedPointer& flow : flows) {
        if (flow->mark != token.mark) continue;
        const bool is_known = flow->ledger.saw(letter, previous, wall_now());
        if (is_known && letter.facts->report) changed(*flow);
        return is_known || wall_now() - token.at > 2 * flow->settings.lost + strays_from;
    }
    return false;
}

}  // namespace mxfleet
