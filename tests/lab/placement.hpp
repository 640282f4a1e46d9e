// Where each condition lives: its names and its addresses, which follow from its number alone.
#pragma once

#include <asio/ip/address.hpp>
#include <string>
#include <vector>

#include "tests/lab/condition.hpp"

namespace mxfleet::lab {

/// The names and addresses that belong to no condition.
namespace well_known {
inline constexpr auto client_name = "probe.lab.test";  ///< what the agent calls itself; 127.0.0.1
inline constexpr auto client_address = "127.0.0.1";
inline constexpr auto relay_recipient = "probe@relay-recipient.test";
inline constexpr auto relay_domain = "relay-recipient.test";
inline constexpr auto relay_exchange = "mx.relay-recipient.test";
inline constexpr auto relay_address = "127.19.1.1";
inline constexpr auto check_target_name = "check-target.lab.test";  ///< a server that is always up
inline constexpr auto check_target_address = "127.19.2.1";
inline constexpr auto unconfirmed_address = "127.19.3.1";  ///< nothing listens there
inline constexpr auto block_list = "bl.lab.test";
inline constexpr auto parked_list = "parked-bl.lab.test";  ///< ended, and lists 127.0.0.1 besides: it proves nothing
}  // namespace well_known

/// `mx1` below `domain`; "@" is the domain itself, a trailing dot makes a name absolute.
std::string absolute_name(const std::string& name, const std::string& domain);

/// From 127.20.1.0 on, a /24 for each condition.
asio::ip::address_v4 own_address(unsigned condition, unsigned host);

/// A host with its names and its address filled in.
struct Placed {
    const Host* host = nullptr;
    std::string name;  ///< as published in the MX
    asio::ip::address address;
};

std::vector<Placed> place_hosts(unsigned number, const Condition& condition);

/// The mail domains of a condition: one, or `many` of them.
std::vector<std::string> domains_of(const Condition& condition, unsigned many);

/// Whether a checker connects there.
inline bool is_endpoint(const Host& host) {
    return !host.is_bait && host.place != Host::Place::elsewhere;
}

inline bool needs_ipv6(const Condition& condition) {
    for (const Host& host : condition.hosts) {
        if (host.place == Host::Place::ipv6) return true;
    }
    return false;
}

}  // namespace mxfleet::lab
