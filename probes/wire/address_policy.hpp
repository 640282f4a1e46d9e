// Which addresses may be dialled (CHECKS §1): nobody's DNS aims the agent at inside hosts. Judges the address that
// would be dialled and the IPv4 addresses inside it; connects to nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "probes/model/ip.hpp"

namespace mxfleet {

struct AddressVerdict {
    enum class Kind : std::uint8_t {
        allowed,
        reserved,  ///< lies in a special-purpose network, which is the publisher's fault
        denied,    ///< the operator said no, which is nobody's fault
    };

    Kind kind = Kind::allowed;
    std::string_view network;  ///< what a reserved address is, in words: "loopback"; else empty
    std::string_view inside;   ///< "6to4" where an IPv4 address inside the address is the reserved one; else empty

    bool operator==(const AddressVerdict&) const = default;
};

std::string_view name(AddressVerdict::Kind kind) noexcept;

/// The verdict on `address`.
/// - `deny` wins, whether it holds the address itself or an IPv4 address inside it (NAT64, 6to4, Teredo …).
/// - `allow` lets through a reserved address if it holds the address that is dialled. An IPv4-mapped address is dialled
/// as
///   IPv4 and judged so; for the others, which a gateway forwards, allowing the inner network is not enough.
/// - Otherwise an address is reserved if it, or any IPv4 address inside it, lies in a special-purpose network.
AddressVerdict judge(const IpAddress& address, std::span<const IpNetwork> allow, std::span<const IpNetwork> deny);

}  // namespace mxfleet
