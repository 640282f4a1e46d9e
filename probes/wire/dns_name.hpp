// Domain names between the wire and text. As text a name is lower case and has no trailing dot; the root is "."; a byte
// that is no printable ASCII, and `.` and `\` inside a label, is \DDD (RFC 4343 §2.1). Equal text means equal names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/ip.hpp"

namespace mxfleet {

inline constexpr std::size_t dns_header_size = 12;
inline constexpr std::size_t name_limit = 255;  ///< bytes on the wire, RFC 1035 §2.3.4
inline constexpr std::size_t label_limit = 63;

struct NameInMessage {
    std::string text;
    std::size_t next = 0;  ///< where the message goes on behind the name
};

/// The name that begins at `at`. Empty when it is malformed: cut short, over a limit, an unknown label type, or with a
/// compression pointer that does not lead strictly backwards.
std::optional<NameInMessage> read_name(std::span<const std::uint8_t> message, std::size_t at);

/// A name in wire form, uncompressed. Takes what `read_name` gives, and a trailing dot. Empty when it is no name.
std::optional<std::vector<std::uint8_t>> wire_name(std::string_view text);

/// A name in the one form of this header: lower case, no trailing dot, escaped as described. Empty when it is no name.
std::optional<std::string> canonical_name(std::string_view text);

/// Whether a name can be a host's: labels of letters, digits, hyphens and (because the DNS of real exchanges has them)
/// underscores, at most 253 characters. The root is none.
bool is_host_name(std::string_view name);

/// A name with a meaning only inside some network: a single label, `localhost` or below it (RFC 6761 §6.3).
bool is_local_name(std::string_view name);

/// `1.2.0.192` for 192.0.2.1, 32 nibbles for IPv6: what stands before `in-addr.arpa`, `ip6.arpa` or a DNSBL's zone.
std::string reversed_labels(const IpAddress& address);

/// The name whose PTR records name the address (RFC 1035 §3.5, RFC 3596 §2.5).
std::string reverse_name(const IpAddress& address);

}  // namespace mxfleet
