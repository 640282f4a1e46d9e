#include "probes/policy/findings.hpp"

#include <array>
#include <optional>
#include <string>

namespace mxfleet {
namespace {

using Found = std::optional<Statement>;

std::string said(const PolicyReply& reply) {
    return std::to_string(reply.code) + " " + reply.text;
}

/// RFC 5321 §4.5.1. A sender that is refused says nothing of postmaster.
Found postmaster_refused(const PolicyFacts& facts) {
    const PolicyReply& control = facts[PolicyProbe::postmaster];
    if (!control.is_refused() || control.at_mail) return std::nullopt;
    return Statement("policy.postmaster_refused", "postmaster@" + facts.domain + " is refused: " + said(control));
}

/// RFC 1123 §5.2.9. At RCPT it is about the null sender only if another sender may name the same recipient; at MAIL,
/// unless every sender is refused alike.
Found null_sender_refused(const PolicyFacts& facts) {
    const PolicyReply& control = facts[PolicyProbe::postmaster];
    const PolicyReply& null_sender = facts[PolicyProbe::null_sender];
    if (!null_sender.is_refused()) return std::nullopt;
    const bool all_are = control.at_mail && control.is_refused();
    if (null_sender.at_mail ? all_are : !control.is_accepted()) return std::nullopt;
    const std::string where = null_sender.at_mail ? "MAIL FROM:<>" : "RCPT after MAIL FROM:<>";
    return Statement("policy.null_sender_refused", where + " is refused: " + said(null_sender));
}

Found catch_all(const PolicyFacts& facts) {
    const PolicyReply& unknown = facts[PolicyProbe::unknown_recipient];
    if (!unknown.is_accepted()) return std::nullopt;
    return Statement("policy.catch_all",
                     "a random address of " + std::string(facts.domain) + " is accepted: " + said(unknown));
}

/// 252 is the answer that tells nothing (RFC 5321 §3.5.3).
bool discloses(const PolicyReply& reply) {
    return reply.code == 250 || reply.code == 251;
}

Found vrfy_discloses(const PolicyFacts& facts) {
    const PolicyReply& reply = facts[PolicyProbe::vrfy];
    if (!discloses(reply)) return std::nullopt;
    return Statement("policy.vrfy_discloses", "VRFY postmaster is answered " + said(reply));
}

Found expn_discloses(const PolicyFacts& facts) {
    const PolicyReply& reply = facts[PolicyProbe::expn];
    if (!discloses(reply)) return std::nullopt;
    return Statement("policy.expn_discloses", "EXPN postmaster is answered " + said(reply));
}

constexpr auto rules =
    std::to_array({&postmaster_refused, &null_sender_refused, &catch_all, &vrfy_discloses, &expn_discloses});

}  // namespace

std::vector<Statement> judge_policy(const PolicyFacts& facts) {
    std::vector<Statement> statements;
    for (const auto rule : rules) {
        if (auto found = rule(facts)) statements.push_back(std::move(*found));
    }
    return statements;
}

bool is_quoted(PolicyProbe probe, const PolicyReply& reply) {
    switch (probe) {
        case PolicyProbe::null_sender:
        case PolicyProbe::postmaster: return reply.is_refused();
        case PolicyProbe::unknown_recipient: return reply.is_accepted();
        case PolicyProbe::vrfy:
        case PolicyProbe::expn: return discloses(reply);
    }
    __builtin_unreachable();
}

bool is_put_off(const PolicyFacts& facts) {
    const auto code = facts[PolicyProbe::postmaster].code;
    return code == 450 || code == 451;
}

}  // namespace mxfleet
