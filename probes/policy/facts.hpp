// What a server said when it was asked about its policy towards one domain's mail (CHECKS §8). Nothing here judges.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "probes/model/shared_text.hpp"

namespace mxfleet {

enum class PolicyProbe : std::uint8_t { null_sender, postmaster, unknown_recipient, vrfy, expn };
inline constexpr std::size_t policy_probe_count = 5;

std::string_view name(PolicyProbe probe) noexcept;

/// The reply that decided. Of a server that gave none there is nothing.
struct PolicyReply {
    std::uint16_t code = 0;  ///< 0: not asked, or not answered
    bool at_mail = false;    ///< MAIL was refused, and the recipient never named
    SharedText text;         ///< printable

    bool is_accepted() const { return code >= 200 && code < 300; }
    bool is_refused() const { return code >= 500; }

    bool operator==(const PolicyReply&) const = default;
};

struct PolicyFacts {
    SharedText domain;  ///< on whose behalf
    std::array<PolicyReply, policy_probe_count> replies;

    const PolicyReply& operator[](PolicyProbe probe) const { return replies[static_cast<std::size_t>(probe)]; }
    PolicyReply& operator[](PolicyProbe probe) { return replies[static_cast<std::size_t>(probe)]; }

    bool operator==(const PolicyFacts&) const = default;
};

}  // namespace mxfleet
