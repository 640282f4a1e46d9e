#include "agent/judge/policy_status.hpp"

#include <algorithm>

#include "probes/policy/findings.hpp"

namespace mxfleet {
namespace {

/// A server that knows us lets us in at once: what was seen once holds for as long as greylists commonly remember.
constexpr auto greylisting_known_for = std::chrono::days{35};

void note_greylisting(PolicyStatus& status, const PolicyFacts& run, WallTime now) {
    const PolicyReply& control = run[PolicyProbe::postmaster];
    if (is_put_off(run)) {
        if (!status.put_off_at) status.put_off_at = now;
        return;
    }
    if (control.is_accepted() && status.put_off_at) status.greylisted_at = now;
    if (control.code != 0) status.put_off_at = std::nullopt;
}

void take(PolicyStatus& status, const PolicyFacts& run, WallTime now) {
    status.facts.domain = run.domain;
    for (std::size_t at = 0; at < policy_probe_count; ++at) {
        const PolicyReply& reply = run.replies[at];
        if (reply.code == 0) continue;
        // A fleet holds five for each endpoint: of the many that are as they should be nobody reads the text.
        const bool is_read = is_quoted(static_cast<PolicyProbe>(at), reply);
        status.facts.replies[at] = {reply.code, reply.at_mail, is_read ? reply.text : SharedText{}};
    }
    note_greylisting(status, run, now);
    status.checked_at = now;
}

/// Whatever its text: that may name a recipient that was made up for one run.
bool is_same_answer(const PolicyReply& a, const PolicyReply& b) {
    return a.code == b.code && a.at_mail == b.at_mail;
}

std::string_view domain_of(const PolicyStatus& status) {
    return status.facts.domain;
}

}  // namespace

std::optional<bool> PolicyStatus::greylisting() const {
    if (greylisted_at && *checked_at - *greylisted_at < greylisting_known_for) return true;
    if (put_off_at || !facts[PolicyProbe::postmaster].is_accepted()) return std::nullopt;
    return false;
}

SharedPolicyStatuses after_run(const PolicyStatuses* held, const PolicyFacts& run, const std::vector<SharedText>& asked,
                               WallTime now) {
    auto statuses = std::make_shared<PolicyStatuses>();
    for (const PolicyStatus& status : held != nullptr ? *held : PolicyStatuses{}) {
        if (std::ranges::find(asked, status.facts.domain) != asked.end()) statuses->push_back(status);
    }
    auto place = std::ranges::lower_bound(*statuses, run.domain.text(), {}, &domain_of);
    if (place == statuses->end() || domain_of(*place) != run.domain) place = statuses->insert(place, PolicyStatus{});
    take(*place, run, now);
    return statuses;
}

const PolicyStatus* policy_of(const PolicyStatuses* held, std::string_view domain) {
    if (held == nullptr) return nullptr;
    const auto place = std::ranges::lower_bound(*held, domain, {}, &domain_of);
    return place != held->end() && domain_of(*place) == domain ? &*place : nullptr;
}

bool say_the_same(const PolicyStatuses* a, const PolicyStatuses* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return a == b || std::ranges::equal(*a, *b, [](const PolicyStatus& x, const PolicyStatus& y) {
               return x.facts.domain == y.facts.domain && x.greylisting() == y.greylisting() &&
                      std::ranges::equal(x.facts.replies, y.facts.replies, &is_same_answer);
           });
}

std::optional<bool> greylisting(const PolicyStatuses* held) {
    std::optional<bool> any;
    if (held == nullptr) return any;
    for (const PolicyStatus& status : *held) {
        const auto seen = status.greylisting();
        if (seen) any = any.value_or(false) || *seen;
    }
    return any;
}

std::vector<Finding> judge_policy(const EndpointKey& endpoint, const PolicyStatuses* held, std::string_view domain) {
    const PolicyStatus* const status = policy_of(held, domain);
    if (status == nullptr) return {};
    std::vector<Statement> statements = judge_policy(status->facts);
    if (status->greylisting() == true) {
        const char* const seen = "the first attempt was put off, a later one was accepted";
        statements.push_back(Statement("policy.greylisting", seen));
    }
    std::vector<Finding> findings;
    for (Statement& statement : statements)
        findings.push_back({std::move(statement), Scope::endpoint, endpoint.mx, endpoint.ip, endpoint.port, {}});
    return findings;
}

}  // namespace mxfleet
