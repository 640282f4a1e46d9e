#include "probes/smtp/findings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "probes/dane/findings.hpp"
#include "probes/model/ascii.hpp"
#include "probes/model/words.hpp"
#include "probes/tls/findings.hpp"

namespace mxfleet {
namespace {

// ---- CHECKS §0: the state table -------------------------------------------------------------------------------------

/// What a failure at one of the phases before "up" makes of the endpoint. The first row that fits decides.
struct StateRow {
    std::optional<Phase> phase;  ///< empty: any
    Reason reason;
    EndpointState state;
    std::optional<FindingCode> code;
};

constexpr auto state_table = std::to_array<StateRow>({
    {{}, Reason::local_fault, EndpointState::unknown, {}},
    {{}, Reason::policy, EndpointState::skipped, {}},
    {Phase::connect, Reason::refused, EndpointState::down, FindingCode("smtp.connect_refused")},
    {Phase::connect, Reason::timeout, EndpointState::down, FindingCode("smtp.connect_timeout")},
    {Phase::connect, Reason::no_route, EndpointState::down, FindingCode("smtp.no_route")},
    {Phase::banner, Reason::timeout, EndpointState::down, FindingCode("smtp.banner_timeout")},
    {Phase::banner, Reason::rejected, EndpointState::down, FindingCode("smtp.banner_rejected")},
    {Phase::ehlo, Reason::timeout, EndpointState::down, FindingCode("smtp.command_timeout")},
    {Phase::ehlo, Reason::rejected, EndpointState::down, FindingCode("smtp.ehlo_rejected")},
    {{}, Reason::temporary, EndpointState::unknown, FindingCode("smtp.tempfail")},
    {{}, Reason::protocol_error, EndpointState::down, FindingCode("smtp.protocol_error")},
    {{}, Reason::budget, EndpointState::down, FindingCode("smtp.session_budget")},
    {{}, Reason::no_route, EndpointState::down, FindingCode("smtp.no_route")},
    {{}, Reason::refused, EndpointState::down, FindingCode("smtp.connection_dropped")},
    {{}, Reason::closed, EndpointState::down, FindingCode("smtp.connection_dropped")},
    {{}, Reason::reset, EndpointState::down, FindingCode("smtp.connection_dropped")},
    {{}, Reason::timeout, EndpointState::down, FindingCode("smtp.command_timeout")},
    {{}, Reason::tls_error, EndpointState::down, FindingCode("smtp.protocol_error")},
});

const StateRow& row_of(const Failure& failure) {
    const auto fits = [&](const StateRow& row) {
        return (!row.phase || *row.phase == failure.phase) && row.reason == failure.reason;
    };
    return *std::ranges::find_if(state_table, fits);
}

ProbeResult result_of(EndpointState state) {
    if (state == EndpointState::up) return ProbeResult::success;
    return state == EndpointState::down ? ProbeResult::failure : ProbeResult::unknown;
}

std::string reachability_summary(const Failure& failure) {
    std::string summary = std::string(name(failure.phase)) + ": " + std::string(name(failure.reason));
    if (!failure.detail.empty()) summary += " (" + failure.detail + ")";
    return summary;
}

void judge_failure(const SessionFacts& facts, const SessionTerms& terms, SessionJudgement& judgement) {
    const Failure& failure = *facts.failure;
    if (facts.no_local_route && terms.skip_without_ipv6_route) {
        judgement.state = EndpointState::skipped;
        return;
    }
    const StateRow& row = row_of(failure);
    judgement.state = row.state;
    std::optional<FindingCode> code = row.code;
    if (failure.reason == Reason::temporary && failure.detail.text().starts_with("421")) {
        judgement.state = EndpointState::rate_limited;
        code = FindingCode("smtp.rate_limited");
    }
    if (failure.reason == Reason::rejected && (terms.own_address_listed || is_about_us(failure.detail))) {
        judgement.state = EndpointState::blocked_us;
        code = FindingCode("smtp.blocked_us");
    }
    if (judgement.state != EndpointState::skipped) judgement.result = result_of(judgement.state);
    if (code) judgement.reachability = Statement(*code, reachability_summary(failure));
}

// ---- CHECKS §9: them or us ------------------------------------------------------------------------------------------

/// Words that say a refusal is about the client's address. Matched as whole words, without regard to case.
constexpr auto words_about_us = std::to_array<std::string_view>({
    "blocked using",
    "spamhaus",
    "barracuda",
    "pbl",
    "rbl",
    "blacklisted",
    "blocklisted",
    "reputation",
    "rdns",
    "reverse dns",
    "5.7.25",
    "5.7.27",
});

bool holds_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const bool starts = at == 0 || !is_alphanumeric(text[at - 1]);
        const std::size_t end = at + word.size();
        if (starts && (end == text.size() || !is_alphanumeric(text[end]))) return true;
    }
    return false;
}

// ---- Findings of sessions that were up ------------------------------------------------------------------------------

using Found = std::optional<Statement>;

bool offered(const std::shared_ptr<const Capabilities>& capabilities, Capability capability) {
    return capabilities && capabilities->has(capability);
}

Found banner_slow(const SessionFacts& facts, const SessionTerms& terms) {
    const auto taken = facts.times[Phase::banner];
    if (!taken || *taken < terms.banner_slow) return std::nullopt;
    return Statement("smtp.banner_slow", "the greeting took " + in_words(*taken));
}

Found middlebox(const SessionFacts& facts, const SessionTerms&) {
    if (facts.greeting->masked) return Statement("smtp.middlebox", "the greeting is masked: " + facts.greeting->text);
    if (!facts.capabilities || !facts.capabilities->masked) return std::nullopt;
    return Statement("smtp.middlebox", "an EHLO keyword is masked: " + listed(facts.capabilities->keywords, 64));
}

Found helo_only(const SessionFacts& facts, const SessionTerms&) {
    if (facts.hello_verb != HelloVerb::helo) return std::nullopt;
    return Statement("smtp.helo_only", "EHLO is refused, HELO is accepted");
}

Found auth_before_tls(const SessionFacts& facts, const SessionTerms&) {
    if (!offered(facts.capabilities, Capability::auth_before_tls)) return std::nullopt;
    return Statement("smtp.auth_before_tls", "AUTH with plain passwords is offered before TLS");
}

Found tls_required(const SessionFacts& facts, const SessionTerms& terms) {
    if (!facts.tls_required.value_or(terms.required_tls)) return std::nullopt;
    return Statement("smtp.tls_required", "MAIL without TLS is refused with 530");
}

Found bare_lf(const SessionFacts& facts, const SessionTerms&) {
    if (!facts.bare_lf) return std::nullopt;
    return Statement("smtp.bare_lf", "replies end in LF without CR");
}

Found banner_hostname(const SessionFacts& facts, const SessionTerms& terms) {
    const Greeting& greeting = *facts.greeting;
    if (greeting.masked || greeting.host().empty() || same_but_for_case(greeting.host(), terms.mx)) return std::nullopt;
    return Statement("smtp.banner_hostname_mismatch", "the greeting names " + std::string(greeting.host()) +
                                                          ", the exchange is " + std::string(terms.mx));
}

Found capability_invalid(const SessionFacts& facts, const SessionTerms&) {
    const bool invalid = (facts.capabilities && facts.capabilities->size_invalid) ||
                         (facts.capabilities_tls && facts.capabilities_tls->size_invalid);
    if (!invalid) return std::nullopt;
    return Statement("smtp.capability_invalid", "SIZE is not a number of at most 20 digits");
}

/// RFC 3030 §3, RFC 6531 §3.1, RFC 3207 §4.2, RFC 2034 §4.
Found capability_inconsistent(const SessionFacts& facts, const SessionTerms&) {
    const auto& last = facts.capabilities_tls ? facts.capabilities_tls : facts.capabilities;
    std::vector<std::string> faults;
    if (offered(last, Capability::binarymime) && !offered(last, Capability::chunking)) {
        faults.emplace_back("BINARYMIME without CHUNKING");
    }
    if (offered(last, Capability::smtputf8) && !offered(last, Capability::eight_bit_mime)) {
        faults.emplace_back("SMTPUTF8 without 8BITMIME");
    }
    if (offered(facts.capabilities_tls, Capability::starttls)) faults.emplace_back("STARTTLS inside TLS");
    if (facts.enhanced_codes_disagree) faults.emplace_back("enhanced codes of another class than the reply");
    if (faults.empty()) return std::nullopt;
    return Statement("smtp.capability_inconsistent", listed(faults));
}

std::string starttls_reply(const SessionFacts& facts) {
    const auto& reply = facts.starttls_reply;
    if (reply) return std::to_string(reply->code) + " " + reply->text;
    return facts.failure ? std::string(name(facts.failure->reason)) : "no reply";
}

/// CHECKS §4: masked, or offered within a week and gone, is more than never offered.
Statement starttls_missing(const SessionFacts& facts, const SessionTerms& terms) {
    constexpr auto remembered = std::chrono::days{7};
    if (facts.capabilities && facts.capabilities->masked) {
        return {"tls.stripped", "STARTTLS is not offered, and a keyword is masked"};
    }
    const MaybeTime before = terms.starttls_offered_at;
    if (!before || terms.now - *before > remembered) return {"tls.not_offered", "STARTTLS is not offered"};
    const Duration ago = std::max<Duration>(Duration::zero(), terms.now - *before);
    return {"tls.stripped", "STARTTLS is not offered, and was " + in_words(ago) + " ago"};
}

Found starttls_outcome(const SessionFacts& facts, const SessionTerms& terms) {
    if (!facts.starttls) return std::nullopt;
    switch (*facts.starttls) {
        case StartTls::ok: return std::nullopt;
        case StartTls::not_offered: return starttls_missing(facts, terms);
        case StartTls::temporary:
            return Statement("tls.starttls_temporary", "STARTTLS is refused for now: " + starttls_reply(facts));
        case StartTls::broken:
            return Statement("tls.starttls_broken", "STARTTLS is offered and does not work: " + starttls_reply(facts));
        case StartTls::failed:
            return Statement("tls.handshake_failed",
                             "the TLS handshake failed" +
                                 (facts.failure ? ": " + reachability_summary(*facts.failure) : std::string{}));
    }
    __builtin_unreachable();
}

/// The plain MAIL beside the relay check comes before STARTTLS: where it meets what would else be taken for the answer
/// to STARTTLS, no session ever gets as far as that, and nothing would say so.
Found broken_before_tls(const SessionFacts& facts, const SessionTerms&) {
    const bool is_broken =
        facts.failure && facts.failure->phase == Phase::mail && facts.failure->reason == Reason::protocol_error;
    if (!is_broken || facts.starttls) return std::nullopt;
    return Statement("smtp.protocol_error", reachability_summary(*facts.failure));
}

Found injection(const SessionFacts& facts, const SessionTerms&) {
    if (!facts.injection) return std::nullopt;
    return Statement("tls.injection", "bytes stood behind the 220 to STARTTLS");
}

Found legacy_protocol(const SessionFacts& facts, const SessionTerms&) {
    if (!facts.tls || (facts.tls->version != "TLSv1" && facts.tls->version != "TLSv1.1")) return std::nullopt;
    return Statement("tls.legacy_protocol", "the newest protocol spoken is " + std::string(facts.tls->version));
}

Found capabilities_lost(const SessionFacts& facts, const SessionTerms&) {
    if (!facts.capabilities || facts.starttls != StartTls::ok) return std::nullopt;
    if (!facts.capabilities_tls) {
        return Statement("tls.capabilities_lost", "EHLO is refused inside TLS");
    }
    std::vector<std::string_view> lost;
    for (const CapabilityRow& row : capability_table) {
        const bool expected = row.capability != Capability::starttls && !row.keyword.empty();
        if (expected && facts.capabilities->has(row.capability) && !facts.capabilities_tls->has(row.capability)) {
            lost.push_back(row.keyword);
        }
    }
    if (lost.empty()) return std::nullopt;
    return Statement("tls.capabilities_lost", "not offered any more inside TLS: " + listed(lost, 16));
}

/// Records may have gone, or changed, since the session.
bool uses_dane(const SessionFacts& facts, const SessionTerms& terms) {
    return facts.dane && terms.tlsa != nullptr && terms.tlsa->state == TlsaState::usable;
}

void judge_by_tlsa(const SessionFacts& facts, const SessionTerms& terms, std::vector<Statement>& statements) {
    if (terms.tlsa == nullptr || !facts.starttls) return;
    if (auto found = judge_required_tls(*terms.tlsa, *facts.starttls)) statements.push_back(std::move(*found));
    if (uses_dane(facts, terms)) std::ranges::move(judge_dane(*facts.dane), std::back_inserter(statements));
}

constexpr auto rules =
    std::to_array({&banner_slow, &middlebox, &helo_only, &auth_before_tls, &tls_required, &bare_lf, &banner_hostname,
                   &capability_invalid, &capability_inconsistent, &starttls_outcome, &broken_before_tls, &injection,
                   &legacy_protocol, &capabilities_lost});

}  // namespace

bool is_about_us(std::string_view refusal) {
    const std::string text = lower_case(refusal);
    return std::ranges::any_of(words_about_us, [&](std::string_view word) { return holds_word(text, word); });
}

SessionJudgement judge_session(const SessionFacts& facts, const SessionTerms& terms) {
    SessionJudgement judgement;
    if (!facts.is_up()) {
        judge_failure(facts, terms, judgement);
        return judgement;
    }
    judgement.state = EndpointState::up;
    judgement.result = ProbeResult::success;
    for (const auto rule : rules) {
        if (auto found = rule(facts, terms)) judgement.statements.push_back(std::move(*found));
    }
    judge_by_tlsa(facts, terms, judgement.statements);
    if (facts.tls) {
        const bool dane_ee_matches = uses_dane(facts, terms) && facts.dane->match == DaneMatch::end_entity;
        const CertificateTerms certificate{terms.mx, terms.now, terms.expiry_warning, terms.expiry_critical,
                                           dane_ee_matches};
        std::ranges::move(judge_certificate(*facts.tls, certificate), std::back_inserter(judgement.statements));
    }
    return judgement;
}

std::optional<FollowUp> follow_up(const SessionFacts& facts) {
    if (!facts.failure) return std::nullopt;
    const Reason reason = facts.failure->reason;
    const bool dropped = reason == Reason::closed || reason == Reason::reset;
    if (dropped && facts.failure->phase == Phase::ehlo && facts.hello_verb == HelloVerb::ehlo) {
        return FollowUp{HelloVerb::helo, false};
    }
    if (facts.tls_version_refused) return FollowUp{HelloVerb::ehlo, true};
    return std::nullopt;
}

}  // namespace mxfleet
