#include "tests/lab/recipients.hpp"

#include <algorithm>
#include <array>

namespace mxfleet::lab {
namespace {

constexpr std::array<std::string_view, 4> mailboxes{"postmaster", "abuse", "hostmaster", "probe"};

bool is_known(std::string_view local) {
    return std::ranges::find(mailboxes, local) != mailboxes.end();
}

}  // namespace

bool Greylist::has_waited(const std::string& key, std::chrono::milliseconds delay) {
    const auto now = std::chrono::steady_clock::now();
    const std::scoped_lock lock(mutex_);
    if (first_seen_.size() >= most) first_seen_.clear();
    const auto [entry, is_new] = first_seen_.try_emplace(key, now);
    return !is_new && now - entry->second >= delay;
}

std::string own_recipients(const Attempt& attempt) {
    if (!attempt.own_domain) return "554 5.7.1 Relay access denied";
    if (!is_known(attempt.local)) return "550 5.1.1 No such mailbox here";
    return "250 2.1.5 Recipient ok";
}

std::string strangers_too(const Attempt& attempt) {
    return attempt.own_domain ? own_recipients(attempt) : "250 2.1.5 Will relay";
}

std::string everybody(const Attempt&) {
    return "250 2.1.5 Recipient ok";
}

std::string after_a_while(const Attempt& attempt) {
    auto reply = own_recipients(attempt);
    if (!reply.starts_with("250")) return reply;
    std::string key(attempt.client);
    key.append("|").append(attempt.sender).append("|").append(attempt.local).append("@").append(attempt.domain);
    return attempt.greylist.has_waited(key, attempt.greylist_delay) ? reply : "451 4.7.1 Greylisted, try again later";
}

std::string all_but_postmaster(const Attempt& attempt) {
    const bool wanted = attempt.own_domain && attempt.local == "postmaster";
    return wanted ? "550 5.1.1 No such mailbox here" : own_recipients(attempt);
}

std::string nobody_without_sender(const Attempt& attempt) {
    return attempt.sender.empty() ? "550 5.7.1 No bounces here" : own_recipients(attempt);
}

std::string nobody_from_this_client(const Attempt& attempt) {
    return "554 5.7.1 Service unavailable; client host [" + std::string(attempt.client) + "] blocked using bl.lab.test";
}

std::string every_sender(std::string_view) {
    return "250 2.1.0 Sender ok";
}

std::string no_null_sender(std::string_view sender) {
    return sender.empty() ? "550 5.7.1 The null sender is not welcome here" : every_sender(sender);
}

}  // namespace mxfleet::lab
