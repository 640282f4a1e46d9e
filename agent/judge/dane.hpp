// What TLSA records come to for one domain: at each of its endpoints, and in its findings (CHECKS §5). Records belong
// to an exchange, which may be shared; whether they count belongs to the domain, whose own MX must be secure. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "agent/judge/endpoint.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {

/// INTERFACE §4's endpoints[].dane.state.
enum class DaneState : std::uint8_t { match, mismatch, unusable, absent, insecure, lookup_failed };
std::string_view name(DaneState state) noexcept;

/// The TLSA records that a sender to the domain goes by at this endpoint. Null: not known.
const TlsaFacts* tlsa_for(const MxFacts& mx, const EndpointStatus& endpoint);

/// Empty: not known, as long as no session has shown what usable records come to.
std::optional<DaneState> dane_state(const MxFacts& mx, const EndpointStatus& endpoint);

/// Whether what is said of the endpoint is about this domain, too. What TLSA records of a shared exchange lead to is
/// not, unless the domain's senders go by them.
bool concerns(const MxFacts& mx, const EndpointStatus& endpoint, FindingCode code);

/// What the domain has to be told besides: about records of its exchanges, and where what is a warning about an
/// endpoint keeps its mail from coming.
std::vector<Finding> judge_dane(const MxFacts& mx, const std::vector<const EndpointStatus*>& endpoints);

}  // namespace mxfleet
