// Domain names: presentation text without a trailing dot on one side, wire format (RFC 1035 §3.1) on the other. The
// names of the lab need no escapes; labels of others are compared as bytes, lower-cased in ASCII.
#pragma once

#include <asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace mxfleet::lab {

/// "" is the root.
std::string wire_name(std::string_view text);

/// The name at the beginning of `bytes`, without compression, as it stands. Nothing if it is malformed.
std::optional<std::string_view> read_name(std::string_view bytes);

/// A name in wire format, in lower case.
std::string lower_case(std::string_view wire);

/// A name in wire format as text; a byte that is neither letter, digit, hyphen nor underscore becomes `?`.
std::string name_text(std::string_view wire);

/// The name without its first label; nothing for the root.
std::optional<std::string_view> parent(std::string_view wire);

/// 1.1.20.127.in-addr.arpa, or the nibbles below ip6.arpa.
std::string reverse_name(const asio::ip::address& address);

/// The address of such a name below 127.in-addr.arpa.
std::optional<asio::ip::address_v4> address_of_reverse(std::string_view text);

}  // namespace mxfleet::lab
