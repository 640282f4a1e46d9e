// What a session's facts amount to: CHECKS §0's state table and the findings of CHECKS §2 to §4 and §10. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probes/model/finding.hpp"
#include "probes/model/settings.hpp"
#include "probes/smtp/facts.hpp"

namespace mxfleet {

/// What a session is judged by, besides itself.
struct SessionTerms {
    std::string_view mx;
    WallTime now;
    Duration banner_slow;
    Duration expiry_warning;
    Duration expiry_critical;
    bool skip_without_ipv6_route = true;  ///< smtp.ipv6 = "auto": no route of ours is no fault of theirs
    bool own_address_listed = false;      ///< on a block list: a refusal is about us until it is shown otherwise
    bool required_tls = false;            ///< a plain MAIL got 530 when one was last tried
    const TlsaFacts* tlsa = nullptr;      ///< what DNS says now; null: not known
    MaybeTime starttls_offered_at = {};   ///< when STARTTLS was last offered, before this session
};

struct SessionJudgement {
    EndpointState state = EndpointState::unknown;
    std::optional<ProbeResult> result;      ///< empty: the session was skipped and counts as none
    std::optional<Statement> reachability;  ///< why it is not up; raised only once confirmed
    std::vector<Statement> statements;      ///< everything else, raised at once
};

SessionJudgement judge_session(const SessionFacts& facts, const SessionTerms& terms);

/// CHECKS §9: whether a refusal's text or code says that it is about us.
bool is_about_us(std::string_view refusal);

/// A session that may tell more, to be run after politeness allows: HELO where EHLO cost the connection, old TLS where
/// the version was refused.
struct FollowUp {
    HelloVerb verb = HelloVerb::ehlo;
    bool legacy_tls = false;
};

std::optional<FollowUp> follow_up(const SessionFacts& facts);

}  // namespace mxfleet
