#include "agent/fleet/vantage.hpp"

#include <algorithm>
#include <asio/post.hpp>
#include <ctime>
#include <set>

#include "probes/io/clocks.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr Duration round_interval = std::chrono::minutes{1};
constexpr Duration round_interval_suspected = std::chrono::seconds{10};
constexpr Duration ipv6_interval = std::chrono::seconds{1};

/// An endpoint that is skipped is not tried; but one that was reached before, and now has no way to it, counts.
bool is_tried(const EndpointStatus& status) {
    return status.state != EndpointState::skipped || status.succeeded_at;
}

/// As many as matter: once there are more than silent ones, or enough, nobody needs the rest of a large fleet.
void count_tried(const Fleet& fleet, std::optional<bool> v6, EgressEvidence& evidence) {
    std::set<IpNetwork> networks;
    const std::size_t endpoints_wanted = std::min(evidence.silent + 1, EgressEvidence::enough);
    const std::size_t networks_wanted = std::min(evidence.silent_networks + 1, EgressEvidence::enough);
    for (const auto& cell : fleet.endpoints) {
        if (evidence.endpoints >= endpoints_wanted && evidence.networks >= networks_wanted) return;
        if (v6 && cell->key.ip.is_v6 != *v6) continue;
        if (!is_tried(*cell->status.read())) continue;
        networks.insert(politeness_network(cell->key.ip));
        ++evidence.endpoints;
        evidence.networks = networks.size();
    }
}

std::string egress_summary(const EgressEvidence& evidence) {
    std::string summary = "no session reached a server since " +
                          counted(evidence.silent, "endpoint", "different endpoints") + " did not answer";
    if (evidence.targets == 0) return summary;
    return summary + ", and " + counted(evidence.targets, "address", "addresses") +
           " of check targets did not answer either";
}

Duration running_time() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// Every code that is about ourselves alone.
constexpr auto self_codes =
    std::to_array<FindingCode>({"vantage.rdns_unconfirmed", "vantage.listed", "vantage.ehlo_literal", "vantage.clock"});

}  // namespace

void Vantage::configure(const Settings& settings, const TrustStore& trust) {
    targets_.configure(settings, trust);
    self_.configure(settings);
}

void Vantage::stop() {
    targets_.stop();
    self_.stop();
}

// ---- What is seen ---------------------------------------------------------------------------------------------------

void Vantage::session_ended(const EndpointStatus& status) {
    if (lacks_ipv6(status)) lacks_ipv6_.store(true, std::memory_order_relaxed);
    if (failed_through_us(status)) {
        asio::post(context_, [this, what = status.last->failure->detail] { faults_.note(steady_now(), what); });
    }
    const auto reached = reached_anybody(status);
    if (!reached) return;
    auto& ever = reached_[status.key.ip.is_v6 ? 1 : 0];
    if (*reached && !ever.load(std::memory_order_relaxed)) ever.store(true, std::memory_order_relaxed);
    SilentEndpoints& family = silent_by_family_[status.key.ip.is_v6 ? 1 : 0];
    // Most sessions reach somebody while everybody can be reached: then there is nothing to tell.
    if (*reached && !silent_.are_some && !family.are_some) return;
    if (!*reached) silent_.are_some = family.are_some = true;
    asio::post(context_, [this, key = status.key, reached = *reached, &family] {
        note(silent_, key, reached);
        note(family, key, reached);
    });
}

void Vantage::note(SilentEndpoints& silent, const EndpointKey& key, bool reached) {
    if (reached) {
        silent.endpoints.answered();
        silent.networks.answered();
    } else {
        silent.endpoints.fell_silent(key);
        silent.networks.fell_silent(politeness_network(key.ip));
    }
    silent.are_some = !reached;
}

void Vantage::lookup_ended(const MxFacts& facts) {
    if (facts.error == DnsError::local_fault) return;
    if (got_no_answer(facts)) {
        silent_lookups_.fell_silent(facts.domain);
    } else {
        silent_lookups_.answered();
    }
    if (!resolvers_work_) resolvers_work_ = true;
}

// ---- What it comes to -----------------------------------------------------------------------------------------------

std::vector<Vantage::Change> Vantage::look(const Fleet& fleet, std::size_t domains, DnsLookup& dns) {
    judge_egress(fleet);
    begin_round(dns);
    judge_ipv6(fleet);
    judge_resolvers(domains);
    set_finding("vantage.local_fault", faults_.judge(steady_now()));
    return std::exchange(changes_, {});
}

EgressEvidence Vantage::evidence(const Fleet& fleet, std::optional<bool> v6) const {
    EgressEvidence evidence;
    const SilentEndpoints& silent = v6 ? silent_by_family_[*v6 ? 1 : 0] : silent_;
    evidence.silent = silent.endpoints.count();
    evidence.silent_networks = silent.networks.count();
    if (targets_.last_round()) {
        for (const bool family : {false, true}) {
            if (v6 && *v6 != family) continue;
            const CheckTargets::Answers& answers = targets_.last_round()->by_family[family ? 1 : 0];
            evidence.targets += answers.asked;
            evidence.answered += answers.answered;
        }
    }
    const bool counts = evidence.silent > 0 || (evidence.targets > 0 && evidence.answered == 0);
    if (counts) count_tried(fleet, v6, evidence);
    return evidence;
}

void Vantage::judge_egress(const Fleet& fleet) {
    const EgressEvidence now = evidence(fleet, std::nullopt);
    const bool suspected = suspects_egress(now);
    if (!suspected) suspected_since_.reset();
    if (suspected && !suspected_since_) suspected_since_ = steady_now();
    // What the targets said before proves nothing about now.
    const auto& round = targets_.last_round();
    const bool is_stale = !round || (suspected_since_ && round->began < *suspected_since_);
    if (targets_.is_configured() && is_stale && suspected) return;
    const bool all_fail = mxfleet::egress_fails(now);
    blocked_ = {all_fail, all_fail};
    for (const bool v6 : {false, true})
        judge_family(v6, evidence(fleet, v6));
    std::optional<Statement> statement;
    if (all_fail) {
        statement = Statement("vantage.egress_blocked", egress_summary(now));
    } else if (blocked_.any()) {
        const EgressEvidence family = evidence(fleet, blocked_.ipv6);
        const std::string_view which = blocked_.ipv6 ? "over IPv6 " : "over IPv4 ";
        const Severity severity = blocked_.ipv6 ? Severity::warning : Severity::critical;
        statement = Statement("vantage.egress_blocked", severity, std::string(which) + egress_summary(family));
    }
    set_finding("vantage.egress_blocked", std::move(statement));
}

/// A check is told where there is something to go by: a target, or a session that got through.
void Vantage::judge_family(bool v6, const EgressEvidence& family) {
    auto& works = family_works_[v6 ? 1 : 0];
    works.reset();
    bool fails = family_fails(family);
    if (family.targets == 0) {
        fails = fails || (blocked_.both() && suspects_egress(family));
        if (fails || reached_[v6 ? 1 : 0]) works = !fails;
    } else {
        works = !fails;
    }
    const bool is_blocked = fails && family.silent > 0;
    if (is_blocked) (v6 ? blocked_.ipv6 : blocked_.ipv4) = true;
}

/// Every minute, and at once when the fleet has fallen silent.
void Vantage::begin_round(DnsLookup& dns) {
    if (!targets_.is_configured() || targets_.is_under_way()) return;
    const auto& last = targets_.last_round();
    const bool is_news = last && suspected_since_ && last->began < *suspected_since_;
    const Duration interval = suspected_since_ ? round_interval_suspected : round_interval;
    if (!last || is_news || steady_now() >= last->began + interval) targets_.begin_round(dns);
}

void Vantage::judge_ipv6(const Fleet& fleet) {
    if (!lacks_ipv6_ || steady_now() < ipv6_due_) return;
    ipv6_due_ = steady_now() + ipv6_interval;
    lacks_ipv6_ = false;
    const auto is_skipped = [](const auto& cell) { return cell->key.ip.is_v6 && lacks_ipv6(*cell->status.read()); };
    const bool some_skipped = std::ranges::any_of(fleet.endpoints, is_skipped);
    if (some_skipped) lacks_ipv6_ = true;
    std::optional<Statement> statement;
    if (some_skipped) {
        statement = Statement("vantage.no_ipv6", "IPv6 addresses are skipped: this host has no IPv6 route");
    }
    set_finding("vantage.no_ipv6", std::move(statement));
}

void Vantage::judge_resolvers(std::size_t domains) {
    if (!resolvers_work_) return;
    const std::size_t silent = silent_lookups_.count();
    resolvers_work_ = silent == 0 || silent < std::min(std::max<std::size_t>(domains, 1), silent_lookups_enough);
    std::optional<Statement> statement = resolvers_.judge();
    if (!*resolvers_work_) {
        statement =
            Statement("vantage.resolver_failed", "no resolver has answered a lookup since that of " +
                                                     counted(silent, "domain", "different domains") + " got no answer");
    }
    if (blocked_.any()) statement.reset();  // without a way out no resolver can be reached: one fault, one finding
    set_finding("vantage.resolver_failed", std::move(statement));
}

void Vantage::look_at_self(const Reputations& reputations, DnsLookup& dns) {
    self_.begin(dns);
    clock_.note(running_time(), wall_now());
    SelfCheck::Result result = self_.judge(reputations);
    SelfJudgement clock = clock_.judge();
    if (clock.success) result.checks.push_back({VantageCheck::clock, *clock.success});
    if (clock.statement) result.statements.push_back(std::move(*clock.statement));
    self_results_ = std::move(result.checks);
    for (const FindingCode code : self_codes) {
        const auto said = std::ranges::find(result.statements, code, &Statement::code);
        set_finding(code, said == result.statements.end() ? std::nullopt : std::optional(*said));
    }
}

std::vector<VantageResult> Vantage::results() const {
    std::vector<VantageResult> results;
    if (family_works_[0]) results.push_back({VantageCheck::egress_ipv4, *family_works_[0]});
    if (family_works_[1]) results.push_back({VantageCheck::egress_ipv6, *family_works_[1]});
    if (resolvers_work_) results.push_back({VantageCheck::resolver, *resolvers_work_});
    results.insert(results.end(), self_results_.begin(), self_results_.end());
    return results;
}

bool Vantage::own_address_listed() const {
    return std::ranges::find(self_results_, VantageResult{VantageCheck::dnsbl, false}) != self_results_.end();
}

/// One that holds already stays as it was first said, unless it has become better or worse.
void Vantage::set_finding(FindingCode code, std::optional<Statement> statement) {
    const auto known =
        std::ranges::find_if(findings_, [&](const Finding& each) { return each.statement.code == code; });
    const bool held = known != findings_.end();
    if (held && statement && known->statement.severity == statement->severity) return;
    if (held) {
        changes_.push_back({*known, false});
        findings_.erase(known);
    }
    if (held && !statement) memory_.own_finding_ended(code);
    if (!statement) return;
    const WallTime since = memory_.own_finding_began(code, wall_now());
    findings_.push_back({*std::move(statement), Scope::agent, {}, {}, 0, since});
    changes_.push_back({findings_.back(), true});
}

}  // namespace mxfleet
