// What a server says to RCPT TO (and to the sender before it): one function a policy. They never do I/O.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace mxfleet::lab {

/// Who was seen by a greylisting server, and when first. Shared by the sessions of one server; forgets all when full.
class Greylist {
public:
    /// True once `delay` has passed since the first call with this key.
    bool has_waited(const std::string& key, std::chrono::milliseconds delay);

private:
    static constexpr std::size_t most = 10'000;

    std::mutex mutex_;
    std::map<std::string, std::chrono::steady_clock::time_point> first_seen_;
};

/// One RCPT TO: who asks, and for whom. Names are lower-case.
struct Attempt {
    std::string_view client;  ///< the peer's address
    std::string_view sender;  ///< `local@domain` or empty
    std::string_view local;
    std::string_view domain;  ///< empty: none was given
    bool own_domain = false;  ///< mail for it is delivered here
    Greylist& greylist;
    std::chrono::milliseconds greylist_delay{};
};

/// The reply without its line end.
using RecipientRule = std::string (*)(const Attempt&);

/// Postmaster and a few others of its own domains; 554 to strangers, 550 to the unknown.
std::string own_recipients(const Attempt& attempt);
/// An open relay: anybody at any other domain, and its own recipients.
std::string strangers_too(const Attempt& attempt);
/// Says 250 to every address whatsoever.
std::string everybody(const Attempt& attempt);
/// 451 to a (client, sender, recipient) that it has not seen before, and for a while after.
std::string after_a_while(const Attempt& attempt);
/// Its own recipients, but not postmaster.
std::string all_but_postmaster(const Attempt& attempt);
/// Its own recipients, but not from the null sender.
std::string nobody_without_sender(const Attempt& attempt);
/// Refuses every recipient because of who the client is.
std::string nobody_from_this_client(const Attempt& attempt);

/// The reply to MAIL FROM, without its line end. `sender` is empty for the null sender.
using SenderRule = std::string (*)(std::string_view sender);

std::string every_sender(std::string_view sender);
/// Breaks RFC 5321 §4.5.5.
std::string no_null_sender(std::string_view sender);

}  // namespace mxfleet::lab
