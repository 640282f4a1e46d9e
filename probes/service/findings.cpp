#include "probes/service/findings.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "probes/tls/findings.hpp"

namespace mxfleet {
namespace {

// ---- The state ------------------------------------------------------------------------------------------------------

EndpointState state_of(const ServiceFacts& facts, const ServiceTerms& terms) {
    if (facts.is_up) return EndpointState::up;
    if (!facts.failure) return EndpointState::unknown;
    if (facts.no_local_route && terms.skip_without_ipv6_route) return EndpointState::skipped;
    switch (facts.failure->reason) {
        case Reason::policy: return EndpointState::skipped;
        case Reason::local_fault:
        case Reason::temporary: return EndpointState::unknown;
        default: return EndpointState::down;
    }
}

std::optional<ProbeResult> result_of(EndpointState state) {
    switch (state) {
        case EndpointState::up: return ProbeResult::success;
        case EndpointState::down: return ProbeResult::failure;
        case EndpointState::skipped: return std::nullopt;
        default: return ProbeResult::unknown;
    }
}

std::string in_words(const Failure& failure) {
    std::string text = std::string(name(failure.phase)) + ": " + std::string(name(failure.reason));
    if (!failure.detail.empty()) text += " (" + failure.detail + ")";
    return text;
}

std::string about(const ServiceTerms& terms) {
    return std::string(name(terms.kind)) + " at " + std::string(terms.host);
}

/// One that puts us off may serve others: that is less than being down.
std::optional<Statement> reachability_of(const ServiceFacts& facts, EndpointState state, const ServiceTerms& terms) {
    if (!facts.failure || state == EndpointState::up || state == EndpointState::skipped) return std::nullopt;
    if (facts.failure->reason == Reason::local_fault) return std::nullopt;
    const Severity severity = state == EndpointState::down ? Severity::critical : Severity::warning;
    return Statement("service.down", severity, about(terms) + ": " + in_words(*facts.failure));
}

// ---- Findings of services that are up -------------------------------------------------------------------------------

using Found = std::optional<Statement>;

struct LoginRow {
    Login outcome;
    std::optional<bool> logs_in;
    std::string_view words;
};

constexpr auto login_table = std::to_array<LoginRow>({
    {Login::not_wanted, {}, {}},
    {Login::no_password, {}, "the password could not be read"},
    {Login::no_tls, false, "there is no TLS, so that the password was not sent"},
    {Login::unverified, false, "the certificate does not verify, so that the password was not sent"},
    {Login::not_offered, false, "no way to log in is offered"},
    {Login::refused, false, "the login is refused"},
    {Login::not_now, false, "the login is refused for now"},
    {Login::failed, false, "the connection broke while logging in"},
    {Login::unproven, false, "the server does not prove that it knows the password"},
    {Login::accepted, true, {}},
});

const LoginRow& row_of(Login outcome) {
    return *std::ranges::find(login_table, outcome, &LoginRow::outcome);
}

Found login(const ServiceFacts& facts, const ServiceTerms& terms) {
    const LoginRow& row = row_of(facts.login.outcome);
    if (row.words.empty()) return std::nullopt;
    std::string summary = about(terms) + ": " + std::string(row.words);
    if (!facts.login.detail.empty()) summary += ": " + facts.login.detail;
    if (!row.logs_in) return Statement("vantage.local_fault", summary);
    return Statement("service.login_failed", summary);
}

Found auth_not_required(const ServiceFacts& facts, const ServiceTerms& terms) {
    const bool is_taken = facts.mail_code && *facts.mail_code / 100 == 2;
    if (!is_taken) return std::nullopt;
    return Statement("service.auth_not_required",
                     about(terms) + ": MAIL without login is answered " + std::to_string(*facts.mail_code));
}

Found plaintext_login(const ServiceFacts& facts, const ServiceTerms& terms) {
    if (!facts.plaintext_login) return std::nullopt;
    return Statement("smtp.auth_before_tls", about(terms) + ": passwords are taken before TLS");
}

std::string starttls_reply(const ServiceFacts& facts) {
    if (!facts.starttls_reply.empty()) return facts.starttls_reply;
    return facts.failure ? in_words(*facts.failure) : std::string("no reply");
}

Found starttls_outcome(const ServiceFacts& facts, const ServiceTerms& terms) {
    if (!facts.starttls) return std::nullopt;
    switch (*facts.starttls) {
        case StartTls::ok: return std::nullopt;
        case StartTls::not_offered: return Statement("tls.not_offered", about(terms) + " offers no STARTTLS");
        case StartTls::temporary:
            return Statement("tls.starttls_temporary",
                             about(terms) + ": STARTTLS is refused for now: " + starttls_reply(facts));
        case StartTls::broken:
            return Statement("tls.starttls_broken",
                             about(terms) + ": STARTTLS is offered and does not work: " + starttls_reply(facts));
        case StartTls::failed:
            return Statement("tls.handshake_failed",
                             about(terms) + ": the TLS handshake failed: " + starttls_reply(facts));
    }
    __builtin_unreachable();
}

Found injection(const ServiceFacts& facts, const ServiceTerms& terms) {
    if (!facts.injection) return std::nullopt;
    return Statement("tls.injection", about(terms) + ": bytes stood behind the yes to STARTTLS");
}

Found legacy_protocol(const ServiceFacts& facts, const ServiceTerms& terms) {
    if (!facts.tls || (facts.tls->version != "TLSv1" && facts.tls->version != "TLSv1.1")) return std::nullopt;
    return Statement("tls.legacy_protocol",
                     about(terms) + ": the newest protocol spoken is " + std::string(facts.tls->version));
}

constexpr auto rules =
    std::to_array({&login, &auth_not_required, &plaintext_login, &starttls_outcome, &injection, &legacy_protocol});

}  // namespace

std::string_view in_words(Login outcome) {
    return row_of(outcome).words;
}

std::optional<Failure> login_failure(const LoginFacts& login) {
    const SharedText words = login.detail.empty() ? SharedText(in_words(login.outcome)) : login.detail;
    switch (login.outcome) {
        case Login::not_wanted:
        case Login::accepted: return std::nullopt;
        case Login::refused: return Failure{Phase::login, Reason::rejected, words};
        case Login::not_now: return Failure{Phase::login, Reason::temporary, words};
        case Login::no_tls:
        case Login::unverified: return Failure{Phase::login, Reason::tls_error, words};
        default: return Failure{Phase::login, Reason::protocol_error, words};
    }
}

ServiceJudgement judge_service(const ServiceFacts& facts, const ServiceTerms& terms) {
    ServiceJudgement judgement;
    judgement.state = state_of(facts, terms);
    judgement.result = result_of(judgement.state);
    judgement.reachability = reachability_of(facts, judgement.state, terms);
    if (judgement.state != EndpointState::up) return judgement;
    judgement.logs_in = row_of(facts.login.outcome).logs_in;
    for (const auto rule : rules) {
        if (auto found = rule(facts, terms)) judgement.statements.push_back(std::move(*found));
    }
    if (!facts.tls) return judgement;
    const CertificateTerms certificate{terms.host, terms.now, terms.expiry_warning, terms.expiry_critical};
    for (const Statement& each : judge_certificate(*facts.tls, certificate))
        judgement.statements.emplace_back(each.code, each.severity, about(terms) + ": " + each.summary);
    return judgement;
}

}  // namespace mxfleet
