// Ours or theirs (CHECKS §0): when nothing can be reached, the fault is our own until something proves otherwise. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// What is checked of our own place (METRICS, `mxfleet_vantage_check_success`).
enum class VantageCheck : std::uint8_t { egress_ipv4, egress_ipv6, resolver, dnssec, reverse_dns, dnsbl, clock };
std::string_view name(VantageCheck check) noexcept;

struct VantageResult {
    VantageCheck check;
    bool success = false;

    bool operator==(const VantageResult&) const = default;
};

/// Whether an endpoint's last session got through to a server at all, whatever became of it then. Empty where it proves
/// nothing: there was none, it was skipped for want of IPv6 that there never was, or it failed through our own fault.
std::optional<bool> reached_anybody(const EndpointStatus& endpoint);

/// Whether the endpoint was skipped because this host has no IPv6.
bool lacks_ipv6(const EndpointStatus& endpoint);

/// Whether the endpoint's last session failed for want of something on our own host.
bool failed_through_us(const EndpointStatus& endpoint);

/// What speaks for and against our own way out, over one address family or over any.
struct EgressEvidence {
    /// So many different endpoints without an answer, in as many different networks, and none with one between, are no
    /// coincidence. One operator's outage may silence any number of endpoints in a few networks.
    static constexpr std::size_t enough = 10;
    /// So few are none where the check targets do not answer either.
    static constexpr std::size_t enough_beside_targets = 3;

    std::size_t silent = 0;     ///< endpoints that did not answer since one did
    std::size_t endpoints = 0;  ///< that the fleet tries
    std::size_t targets = 0;    ///< addresses of check targets that were asked
    std::size_t answered = 0;   ///< of those
    // Where it is not said, each endpoint is in a network of its own.
    std::size_t silent_networks = silent;
    std::size_t networks = endpoints;  ///< that the fleet tries

    bool operator==(const EgressEvidence&) const = default;
};

/// Whether the fleet is so silent that the check targets are to be asked. Without any, it is the verdict.
bool suspects_egress(const EgressEvidence& evidence);

/// Whether nothing can be reached: where a check target answers, the fault is theirs.
bool egress_fails(const EgressEvidence& evidence);

/// Over which address families nothing can be reached. What is known of endpoints there is held back.
struct BlockedFamilies {
    bool ipv4 = false;
    bool ipv6 = false;

    bool any() const { return ipv4 || ipv6; }
    bool both() const { return ipv4 && ipv6; }
    bool holds(const IpAddress& ip) const { return ip.is_v6 ? ipv6 : ipv4; }
    bool operator==(const BlockedFamilies&) const = default;
};

/// Whether nothing can be reached over one family while the other works: without check targets there, only where so
/// many are silent that it is no coincidence.
bool family_fails(const EgressEvidence& of_family);

/// Whether no resolver said anything at all to an MX lookup.
bool got_no_answer(const MxFacts& lookup);

/// The facts to go by while no resolver answers us: the last good ones, else none; a lookup that got an answer counts
/// as it is. `good` may be null.
std::shared_ptr<const MxFacts> held_facts(std::shared_ptr<const MxFacts> last, std::shared_ptr<const MxFacts> good);

/// The one finding of a check that reached none of these endpoints, for lack of a way out. Empty where one was reached,
/// or answered with a refusal; or where a configured target proves the way out.
std::optional<Finding> judge_egress(const std::vector<const EndpointStatus*>& endpoints, bool target_answered);

/// The one finding where no resolver can be asked.
std::optional<Finding> judge_resolvers(const std::vector<const MxFacts*>& lookups);

}  // namespace mxfleet
