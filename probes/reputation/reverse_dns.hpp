// What an address is called, and whether that name leads back to it (CHECKS §7): facts, and the step from DNS answers
// to them as Postfix takes it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/dns/assess.hpp"
#include "probes/model/shared_text.hpp"

namespace mxfleet {

/// Of the names of one address so many are looked at, and kept: a client with more is asked about no more either.
inline constexpr std::size_t reverse_names_limit = 8;

enum class ReverseState : std::uint8_t {
    unknown,      ///< not looked up yet, or a lookup failed before anything was proved
    confirmed,    ///< a name has the address
    unconfirmed,  ///< there are names, and none has it
    missing,      ///< there is no name
};

/// A fleet keeps one for each endpoint.
struct ReverseDns {
    SharedText names;  ///< of PTR records, one a line; not every one is a host's
    ReverseState state = ReverseState::unknown;

    std::vector<std::string_view> each_name() const;
    /// Empty while unknown.
    std::optional<bool> is_confirmed() const;
    bool operator==(const ReverseDns&) const = default;
};

/// The names to be looked up, if PTR records gave any.
std::vector<std::string> reverse_names(const DnsResult& ptr);

/// `forward`: what was answered for the names, of the address's family, in their order. One name that has the address
/// is enough, and those behind it need not be asked.
ReverseDns assess_reverse(const IpAddress& address, const DnsResult& ptr, std::span<const AddressAnswer> forward);

}  // namespace mxfleet
