// What is known of a service and of each of its addresses after the visits so far: the last visit raw, the rest
// confirmed (CHECKS §0). Pure.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "agent/judge/confirmation.hpp"
#include "agent/judge/endpoint.hpp"
#include "probes/dns/facts.hpp"
#include "probes/model/finding.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/service/facts.hpp"

namespace mxfleet {

/// One address of a service. Visits are shared, not copied.
struct ServiceAddressStatus {
    EndpointKey key;  ///< `mx` is the service's host
    EndpointState state = EndpointState::unknown;
    MaybeTime since;       ///< of `state`
    MaybeTime checked_at;  ///< empty: no visit has ended yet
    std::optional<ProbeResult> result;
    Confirmation confirmation;
    std::optional<bool> logs_in;               ///< in the last visit; empty: not tried
    std::shared_ptr<const ServiceFacts> last;  ///< null before the first
    std::shared_ptr<const ServiceFacts> last_failed;
    std::vector<HeldStatement> findings;
    bool held_back = false;  ///< our own vantage fails: nothing is said of it, and what was found stays

    EndpointState shown_state() const { return held_back ? EndpointState::unknown : state; }
    std::optional<bool> is_up() const;
    std::optional<bool> is_confirmed_up() const;
    std::optional<bool> shown_login() const { return held_back ? std::nullopt : logs_in; }
};

/// Everything that is shown of a service. Immutable once published.
struct ServiceStatus {
    SharedText name;
    ServiceKind kind = ServiceKind::submission;
    SharedText host;
    SharedText credentials;               ///< their name; empty: nobody logs in
    MaybeTime looked_up_at;               ///< empty: the host was not looked up yet
    std::vector<HeldStatement> findings;  ///< of the host itself
    std::vector<ServiceAddressStatus> addresses;

    /// Of host and addresses, each with its place.
    std::vector<Finding> all_findings() const;
    Verdict verdict() const;
};

/// The status of an address after one more visit. While our own vantage fails, one that did not succeed says nothing.
ServiceAddressStatus after_visit(const ServiceAddressStatus& held, ServiceKind kind,
                                 std::shared_ptr<const ServiceFacts> visit, WallTime now, const JudgeSettings& settings,
                                 bool vantage_fails = false);

/// The status of an address that is not to be connected to, and why.
ServiceAddressStatus skipped_service(EndpointKey key, Failure why, WallTime now);

/// What DNS says of a service's host where it gives no address to connect to. A lookup that failed says nothing.
std::optional<Statement> judge_host(ServiceKind kind, const MxFacts& facts);

/// Whether two statuses say the same to whoever reads findings, so that nobody need be told.
bool same_judgement(const ServiceAddressStatus& a, const ServiceAddressStatus& b);

}  // namespace mxfleet
