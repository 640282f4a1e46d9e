#include "agent/judge/endpoint.hpp"

#include <algorithm>
#include <iterator>

#include "probes/reputation/findings.hpp"
#include "probes/smtp/findings.hpp"
#include "probes/tls/findings.hpp"

namespace mxfleet {
namespace {

void count_failure(std::vector<FailureCount>& failures, const Failure& failure) {
    const auto same = [&](const FailureCount& row) {
        return row.phase == failure.phase && row.reason == failure.reason;
    };
    const auto known = std::ranges::find_if(failures, same);
    if (known == failures.end()) {
        failures.push_back({failure.phase, failure.reason, 1});
    } else {
        ++known->count;
    }
}

/// With one failure more, which is counted unless that session is no probe.
std::shared_ptr<const SeldomKnown> with_failure(const SeldomKnown* held, std::shared_ptr<const SessionFacts> session,
                                                bool counts) {
    auto known = held != nullptr ? std::make_shared<SeldomKnown>(*held) : std::make_shared<SeldomKnown>();
    if (counts) count_failure(known->failures, *session->failure);
    known->last_failed = std::move(session);
    return known;
}

/// What an endpoint has that seldom has anything.
const SeldomKnown& seldom_known(const EndpointStatus& status) {
    static const SeldomKnown nothing;
    return status.seldom ? *status.seldom : nothing;
}

/// What does not rest on the last session alone.
bool is_judged_apart(FindingCode code) {
    return code.text().starts_with("relay.") || code == FindingCode("smtp.flapping") || is_about_reputation(code);
}

void add_what_is_judged_apart(const EndpointStatus& status, std::vector<Statement>& statements) {
    if (auto relay = judge_relay_status(status.relay)) statements.push_back(std::move(*relay));
    if (auto flapping = judge_flapping(status.flapping)) statements.push_back(std::move(*flapping));
    std::ranges::move(judge_reputation(status.reputation), std::back_inserter(statements));
}

std::optional<bool> counts_as_up(std::optional<ProbeResult> result) {
    if (!result || *result == ProbeResult::unknown) return std::nullopt;
    return *result == ProbeResult::success;
}

/// What the endpoint is said to have: why it is not up, once that is confirmed; until then, and while it is up, what
/// the last session that was up showed.
std::vector<Statement> statements_of(const EndpointStatus& status, SessionJudgement judgement,
                                     const SessionTerms& terms) {
    std::vector<Statement> statements;
    const bool is_bad =
        status.confirmation.confirmed == Confirmed::down || status.confirmation.confirmed == Confirmed::unknown;
    if (is_bad && judgement.reachability) {
        statements.push_back(std::move(*judgement.reachability));
    } else if (is_bad) {
        // A session that failed through our own fault says nothing new: what was held stays.
        for (const HeldStatement& held : status.findings)
            statements.push_back(held.statement);
        std::erase_if(statements, [](const Statement& each) { return is_judged_apart(each.code); });
    } else if (judgement.state == EndpointState::up) {
        statements = std::move(judgement.statements);
    } else if (status.last_up) {
        statements = judge_session(*status.last_up, terms).statements;
    }
    return statements;
}

bool offers_starttls(const SessionFacts& session) {
    return session.is_up() && session.starttls && session.starttls != StartTls::not_offered;
}

std::optional<DaneMatch> dane_match(const EndpointStatus& status) {
    return status.last_up && status.last_up->dane ? std::optional(status.last_up->dane->match) : std::nullopt;
}

/// What the rarer handshakes add to what a session that is up shows. A code is said once.
void add_rare_handshakes(const EndpointStatus& status, const SessionTerms& terms, std::vector<Statement>& statements) {
    const bool is_up = status.confirmation.confirmed == Confirmed::up;
    if (!is_up || !status.rare_handshakes || !status.last_up || !status.last_up->tls) return;
    const bool dane_ee = dane_match(status) == DaneMatch::end_entity;
    const CertificateTerms certificate{terms.mx, terms.now, terms.expiry_warning, terms.expiry_critical, dane_ee};
    for (Statement& each : judge_rare_handshakes(*status.rare_handshakes, certificate)) {
        if (std::ranges::find(statements, each.code, &Statement::code) == statements.end())
            statements.push_back(std::move(each));
    }
}

}  // namespace

std::vector<HeldStatement> hold(std::vector<Statement> statements, const std::vector<HeldStatement>& before,
                                WallTime now) {
    std::vector<HeldStatement> held;
    held.reserve(statements.size());
    for (Statement& statement : statements) {
        const auto same = [&](const HeldStatement& each) { return each.statement.code == statement.code; };
        const auto known = std::ranges::find_if(before, same);
        const CoarseTime since = known == before.end() ? coarse(now) : known->since;
        held.push_back({std::move(statement), since});
    }
    return held;
}

const std::shared_ptr<const SessionFacts>& EndpointStatus::last_failed() const {
    return seldom_known(*this).last_failed;
}

const std::vector<FailureCount>& EndpointStatus::failures() const {
    return seldom_known(*this).failures;
}

const SharedPolicyStatuses& EndpointStatus::policies() const {
    return seldom_known(*this).policies;
}

void EndpointStatus::set_policies(SharedPolicyStatuses held) {
    if (held == policies()) return;
    SeldomKnown known = seldom_known(*this);
    known.policies = std::move(held);
    seldom = std::make_shared<const SeldomKnown>(std::move(known));
}

std::string_view EndpointStatus::greeting_host() const {
    return last_up && last_up->greeting ? last_up->greeting->host() : std::string_view{};
}

std::optional<bool> EndpointStatus::is_up() const {
    if (!checked_at || held_back) return std::nullopt;
    if (state == EndpointState::up) return true;
    return state == EndpointState::down ? std::optional(false) : std::nullopt;
}

std::optional<bool> EndpointStatus::is_confirmed_up() const {
    if (held_back || state == EndpointState::skipped) return std::nullopt;
    switch (confirmation.confirmed) {
        case Confirmed::up: return true;
        case Confirmed::down: return false;
        case Confirmed::nothing_yet:
        case Confirmed::unknown: return std::nullopt;
    }
    __builtin_unreachable();
}

EndpointStatus after_session(const EndpointStatus& held, std::shared_ptr<const SessionFacts> session, WallTime now,
                             const JudgeSettings& settings) {
    const bool required_tls = held.requires_tls && held.relay.state != RelayState::not_tested;
    const SessionTerms terms{held.key.mx,
                             now,
                             settings.banner_slow,
                             settings.expiry_warning,
                             settings.expiry_critical,
                             settings.skip_without_ipv6_route,
                             settings.own_address_listed,
                             required_tls,
                             held.tlsa.get(),
                             exact(held.starttls_offered_at)};
    SessionJudgement judgement = judge_session(*session, terms);

    EndpointStatus status = held;
    status.checked_at = now;
    status.latencies = settings.count_latencies ? with_session(held.latencies.get(), session->times) : nullptr;
    if (held.held_back && judgement.result != ProbeResult::success) {
        status.result = ProbeResult::unknown;
        ++status.probes[static_cast<std::size_t>(ProbeResult::unknown)];
        status.last = std::move(session);
        return status;
    }
    if (status.state != judgement.state || !status.since) status.since = now;
    status.state = judgement.state;
    status.result = judgement.result;
    status.confirmation = confirm(held.confirmation, judgement.result, settings.failures_to_confirm);
    if (judgement.result) ++status.probes[static_cast<std::size_t>(*judgement.result)];
    if (judgement.result == ProbeResult::success) {
        status.succeeded_at = now;
        status.last_up = session;
    }
    if (offers_starttls(*session)) status.starttls_offered_at = coarse(now);
    if (session->failure)
        status.seldom = with_failure(held.seldom.get(), session, judgement.state != EndpointState::skipped);
    status.requires_tls = session->tls_required.value_or(required_tls);
    if (session->relay) status.relay = after_run(held.relay, *session->relay, now);
    status.flapping = after_session(held.flapping, *session, counts_as_up(judgement.result));
    status.last = std::move(session);

    std::vector<Statement> statements = statements_of(status, std::move(judgement), terms);
    add_rare_handshakes(status, terms, statements);
    add_what_is_judged_apart(status, statements);
    status.findings = hold(std::move(statements), held.findings, now);
    return status;
}

EndpointStatus with_reputation(const EndpointStatus& held, Reputation reputation, WallTime now) {
    EndpointStatus status = held;
    status.reputation = std::move(reputation);
    std::vector<Statement> statements;
    for (const HeldStatement& each : held.findings) {
        if (!is_about_reputation(each.statement.code)) statements.push_back(each.statement);
    }
    std::ranges::move(judge_reputation(status.reputation), std::back_inserter(statements));
    status.findings = hold(std::move(statements), held.findings, now);
    return status;
}

EndpointStatus with_rare_handshakes(const EndpointStatus& held, RareHandshakes found) {
    for (std::size_t at = 0; at < rare_handshake_count && held.rare_handshakes; ++at) {
        if (!found.facts[at]) found.facts[at] = held.rare_handshakes->facts[at];
    }
    EndpointStatus status = held;
    status.rare_handshakes = std::make_shared<const RareHandshakes>(std::move(found));
    return status;
}

EndpointStatus with_relayed(const EndpointStatus& held, std::string_view form, WallTime now) {
    EndpointStatus status = held;
    status.relay = after_arrival(held.relay, form, now);
    std::vector<Statement> statements;
    for (const HeldStatement& each : held.findings) {
        if (!each.statement.code.text().starts_with("relay.")) statements.push_back(each.statement);
    }
    if (auto said = judge_relay_status(status.relay)) statements.push_back(std::move(*said));
    status.findings = hold(std::move(statements), held.findings, now);
    return status;
}

EndpointStatus with_vantage(const EndpointStatus& held, bool vantage_fails) {
    EndpointStatus status = held;
    status.held_back = vantage_fails;
    return status;
}

EndpointStatus with_tlsa(const EndpointStatus& held, SharedTlsa tlsa) {
    EndpointStatus status = held;
    status.tlsa = std::move(tlsa);
    return status;
}

EndpointStatus skipped(EndpointKey key, Failure why, WallTime now) {
    SessionFacts facts;
    facts.failure = std::move(why);
    EndpointStatus status;
    status.key = std::move(key);
    status.state = EndpointState::skipped;
    status.since = status.checked_at = now;
    status.last = std::make_shared<const SessionFacts>(std::move(facts));
    return status;
}

bool same_judgement(const EndpointStatus& a, const EndpointStatus& b) {
    const auto same = [](const HeldStatement& x, const HeldStatement& y) {
        return x.statement.code == y.statement.code && x.statement.severity == y.statement.severity;
    };
    return a.state == b.state && a.held_back == b.held_back && a.confirmation.confirmed == b.confirmation.confirmed &&
           a.relay.state == b.relay.state && a.checked_at.has_value() == b.checked_at.has_value() &&
           dane_match(a) == dane_match(b) && say_the_same(a.policies().get(), b.policies().get()) &&
           std::ranges::equal(a.findings, b.findings, same);
}

}  // namespace mxfleet
