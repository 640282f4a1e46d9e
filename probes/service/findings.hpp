// What a session with a service amounts to (CHECKS §0, §4 and §11): its state, whether logging in works, and findings.
// Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probes/model/finding.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/service/facts.hpp"

namespace mxfleet {

/// What a session is judged by, besides itself.
struct ServiceTerms {
    ServiceKind kind = ServiceKind::submission;
    std::string_view host;
    WallTime now;
    Duration expiry_warning;
    Duration expiry_critical;
    bool skip_without_ipv6_route = true;  ///< smtp.ipv6 = "auto": no route of ours is no fault of theirs
};

struct ServiceJudgement {
    EndpointState state = EndpointState::unknown;
    std::optional<ProbeResult> result;      ///< empty: the session was skipped and counts as none
    std::optional<bool> logs_in;            ///< empty: not tried, through no fault of theirs
    std::optional<Statement> reachability;  ///< why it is not up; raised only once confirmed
    std::vector<Statement> statements;      ///< everything else, raised at once
};

/// Why a login did not come about, as a part of a sentence; empty where there is nothing to say.
std::string_view in_words(Login outcome);

/// What keeps a session from what it wanted the login for; empty where it needs none, or got in.
std::optional<Failure> login_failure(const LoginFacts& login);

ServiceJudgement judge_service(const ServiceFacts& facts, const ServiceTerms& terms);

}  // namespace mxfleet
