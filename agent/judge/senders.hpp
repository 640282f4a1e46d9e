// Whether a domain's mail can be delivered, by whom, through which of its endpoints, and why not: the classes of
// senders, of which some insist on more than an answer to EHLO (CHECKS §0, §5, §6; INTERFACE §4). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "agent/judge/tls_policies.hpp"
#include "probes/dns/facts.hpp"

namespace mxfleet {

enum class Sender : std::uint8_t {
    plain,       ///< delivers to whoever answers, inside TLS if that works
    mta_sts,     ///< goes by the domain's policy (RFC 8461)
    dane,        ///< goes by TLSA records (RFC 7672)
    requiretls,  ///< of a message that must not travel otherwise (RFC 8689)
};
inline constexpr auto all_senders =
    std::to_array<Sender>({Sender::plain, Sender::mta_sts, Sender::dane, Sender::requiretls});

std::string_view name(Sender sender) noexcept;

/// What is published of a domain that its senders go by.
struct SenderTerms {
    const MxFacts& mx;
    const TlsPolicies* policies = nullptr;  ///< null: nothing is known of them
};

/// What becomes of mail at one endpoint, or in all.
struct Taking {
    std::optional<bool> takes;  ///< empty: not known
    std::string_view why;       ///< not, or not known; empty where it does
};

/// Of mail from such a sender at this endpoint. `why` is a literal.
Taking taking(Sender sender, const SenderTerms& terms, const EndpointStatus& endpoint);

/// True: some endpoint takes mail from such a sender; false: none does. Empty: not known, or the domain takes no mail.
/// Where the endpoints are not all of the domain's, only what is certain all the same is said.
std::optional<bool> deliverable(Sender sender, const SenderTerms& terms,
                                const std::vector<const EndpointStatus*>& endpoints, bool all_endpoints);

/// Why it is not true, for people.
std::string why_not(Sender sender, const SenderTerms& terms, const std::vector<const EndpointStatus*>& endpoints,
                    bool all_endpoints);

}  // namespace mxfleet
