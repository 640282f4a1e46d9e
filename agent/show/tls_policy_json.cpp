#include "agent/show/tls_policy_json.hpp"

namespace mxfleet {

Json mta_sts_json(const TlsPolicies* policies) {
    static const TlsPolicies unknown;
    const TlsPolicies& known = policies != nullptr ? *policies : unknown;
    const MtaStsPolicy* const policy = known.in_force();
    const bool has_id = known.record.state == RecordState::valid;
    return {{"state", name(known.state())},
            {"mode", policy != nullptr ? Json(name(policy->mode)) : Json(nullptr)},
            {"id", has_id ? Json(known.record.text) : Json(nullptr)},
            {"max_age_seconds", policy != nullptr ? Json(policy->max_age.count()) : Json(nullptr)},
            {"mx", policy != nullptr ? Json(policy->mx) : Json(nullptr)}};
}

Json tlsrpt_json(const TlsPolicies* policies) {
    return {{"state", name(policies != nullptr ? policies->tlsrpt.state : RecordState::unknown)}};
}

std::string tls_policies_line(const TlsPolicies& policies) {
    std::string line = "MTA-STS " + std::string(name(policies.state()));
    if (const MtaStsPolicy* const policy = policies.in_force()) {
        line += ", " + std::string(name(policy->mode)) + ", max_age " + std::to_string(policy->max_age.count()) + " s";
    }
    return line + "; TLSRPT " + std::string(name(policies.tlsrpt.state));
}

}  // namespace mxfleet
