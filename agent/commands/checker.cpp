#include "agent/commands/checker.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include "agent/commands/side_lookups.hpp"
#include "agent/fleet/endpoints_in.hpp"
#include "agent/fleet/lane.hpp"
#include "agent/fleet/policies.hpp"
#include "agent/fleet/settings_of.hpp"
#include "agent/judge/mta_sts.hpp"
#include "agent/judge/self_checks.hpp"
#include "agent/judge/vantage.hpp"
#include "probes/dns/assess.hpp"
#include "probes/dns/resolve.hpp"
#include "probes/dns/shared_lookup.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/io/dns_client.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

using std::chrono::steady_clock;

/// Long enough that no endpoint is visited twice.
constexpr Duration once = std::chrono::hours{24 * 365};

/// Asks DNS everything that is wanted, and returns when all is answered.
class Lookups {
public:
    explicit Lookups(const Settings& settings)
        : settings_(settings), client_(context_, settings.dns, nullptr), shared_(context_, client_) {}

    using TlsaPort = std::optional<std::uint16_t>;  ///< empty: TLSA records do not matter

    void domain(const std::string& name, TlsaPort port, MxFacts& facts) {
        spawn(resolve_mx(shared_, name, how(port)), facts);
    }
    void host(const std::string& domain, const std::string& name, TlsaPort port, MxFacts& facts) {
        spawn(resolve_host(shared_, domain, name, how(port)), facts);
    }
    void policies(const std::string& domain, const TrustStore& trust, SharedTlsPolicies& found) {
        spawn(look_once(shared_, fetcher_, domain, {settings_.targets, trust}), found);
    }
    void run() { context_.run(); }

private:
    ResolveSettings how(TlsaPort port) const {
        return {settings_.smtp.max_endpoints_per_domain, settings_.targets, port};
    }

    template <class Facts>
    void spawn(asio::awaitable<Facts> lookup, Facts& facts) {
        ++under_way_;
        asio::co_spawn(context_, std::move(lookup), [this, &facts](const std::exception_ptr& error, Facts found) {
            rethrow(error);
            facts = std::move(found);
            // A client that may still be asked keeps its timers, and `run` would wait for them.
            if (--under_way_ == 0) client_.shutdown();
        });
    }

    const Settings& settings_;
    asio::io_context context_{1};
    DnsClient client_;
    SharedLookup shared_;
    PolicyFetcher fetcher_;
    std::size_t under_way_ = 0;
};

/// Runs one session with each endpoint it is given, and waits for them.
class Sessions : public LaneObserver {
public:
    explicit Sessions(std::shared_ptr<const LaneSettings> settings, const CheckTerms& terms)
        : terms_(terms), lane_(std::move(settings), *this) {}

    void run(const std::vector<Assignment>& assignments) {
        {
            const std::lock_guard lock(mutex_);
            under_way_ = assignments.size();
            total_ += under_way_;
        }
        for (const Assignment& each : assignments)
            lane_.assign(each);
        std::unique_lock lock(mutex_);
        all_ended_.wait(lock, [this] { return under_way_ == 0; });
    }

private:
    void session_started(Duration) override {}
    void deferred(Deferral, std::uint64_t) override {}
    void judgement_changed(const std::shared_ptr<EndpointCell>&) override {}
    void session_ended(const EndpointStatus&, const EndpointStatus& now) override {
        const std::lock_guard lock(mutex_);
        ++ended_;
        terms_.progress(std::to_string(ended_) + " of " + counted(total_, "address", "addresses") + ", " +
                        now.key.text() + " is " + std::string(name(now.state)));
        if (--under_way_ == 0) all_ended_.notify_one();
    }

    const CheckTerms& terms_;
    std::mutex mutex_;
    std::condition_variable all_ended_;
    std::size_t under_way_ = 0;
    std::size_t ended_ = 0;
    std::size_t total_ = 0;
    Lane lane_;
};

struct CheckedDomain {
    MxFacts mx;
    SharedTlsPolicies tls_policies;
    std::vector<DomainLink> links;
};

/// The check of some domains, step by step.
class Check {
public:
    explicit Check(const CheckTerms& terms)
        : terms_(terms), started_(steady_clock::now()), domains_(terms.domains.size()) {}

    std::vector<Report> run() {
        look_up();
        find_endpoints();
        look_besides_while([this] { run_sessions(); });
        const std::vector<Finding> about_us = judge_vantage();
        std::vector<Report> reports;
        for (std::size_t at = 0; at < domains_.size(); ++at)
            reports.push_back(report(at, about_us));
        return reports;
    }

private:
    void look_up() {
        terms_.progress("looking up " + counted(domains_.size(), "domain", "domains"));
        Lookups lookups(terms_.settings);
        for (std::size_t at = 0; at < domains_.size(); ++at) {
            const std::string& domain = terms_.domains[at].name;
            if (terms_.exchange) {
                look_up_host(lookups, domain, terms_.exchange->host, terms_.exchange->port, domains_[at].mx);
            } else {
                const auto port = terms_.domains[at].policy->port.value_or(terms_.settings.smtp.port);
                lookups.domain(domain, port, domains_[at].mx);
            }
            lookups.policies(domain, terms_.trust, domains_[at].tls_policies);
        }
        const std::string& recipient = terms_.settings.relay.recipient;
        const bool wants_relay = !terms_.relay_domains.empty() && !recipient.empty();
        if (wants_relay) lookups.domain(recipient.substr(recipient.rfind('@') + 1), std::nullopt, recipient_mx_);
        // Proof of our own way out, wanted only if nobody else can be reached; asked now, while we ask.
        target_mx_.resize(terms_.settings.vantage.check_targets.size());
        for (std::size_t at = 0; at < target_mx_.size(); ++at) {
            const std::string& host = terms_.settings.vantage.check_targets[at].host;
            look_up_host(lookups, host, host, std::nullopt, target_mx_[at]);
        }
        lookups.run();
    }

    void look_up_host(Lookups& lookups, const std::string& domain, const std::string& host, Lookups::TlsaPort port,
                      MxFacts& facts) const {
        if (const auto ip = IpAddress::parse(host)) {
            facts = assume_address(domain, *ip, terms_.settings.targets);
        } else {
            lookups.host(domain, host, port, facts);
        }
    }

    void find_endpoints() {
        for (std::size_t at = 0; at < domains_.size(); ++at) {
            DomainPolicy policy = *terms_.domains[at].policy;
            if (terms_.exchange) policy.port = terms_.exchange->port;
            for (const FoundEndpoint& found : endpoints_in(domains_[at].mx, policy, terms_.settings.smtp)) {
                auto& cell = cells_[found.key];
                if (!cell && found.skip)
                    cell = std::make_shared<EndpointCell>(skipped(found.key, *found.skip, wall_now()));
                if (!cell) cell = std::make_shared<EndpointCell>(EndpointStatus{.key = found.key});
                domains_[at].links.push_back({found.preference, cell});
                note_tlsa(found);
                if (!found.skip) preferences_[found.key].insert(rank(domains_[at].mx, found.preference));
            }
        }
    }

    /// Of domains that share an exchange, one whose own MX is secure knows its records.
    void note_tlsa(const FoundEndpoint& found) {
        SharedTlsa& known = tlsa_[found.key];
        const bool was_asked = found.tlsa && found.tlsa->state != TlsaState::insecure;
        if (!known || was_asked) known = found.tlsa;
    }

    /// 0 for primaries, 1 for everything behind them.
    static int rank(const MxFacts& mx, std::uint16_t preference) {
        return preference == mx.exchanges.front().preference ? 0 : 1;
    }

    /// What others make of the addresses is asked meanwhile, so that the check takes no longer.
    void look_besides_while(const std::function<void()>& work) {
        std::set<IpAddress> addresses;
        for (const auto& [key, cell] : cells_)
            addresses.insert(key.ip);
        const std::vector<IpAddress> asked(addresses.begin(), addresses.end());
        std::vector<std::string> names;
        for (const Domain& domain : terms_.domains) {
            if (!terms_.exchange) names.push_back(domain.name);
        }
        auto besides = std::async(std::launch::async, [&] { return look_up_besides(terms_.settings, asked, names); });
        work();
        side_ = besides.get();
        for (const auto& [key, cell] : cells_) {
            auto status = with_reputation(*cell->status.read(), side_.reputations[key.ip], wall_now());
            cell->status.publish(std::make_shared<const EndpointStatus>(std::move(status)));
        }
    }

    /// Those of `wanted` that have the endpoint.
    std::vector<SharedText> domains_of(const EndpointKey& key, const std::vector<std::string>& wanted) const {
        std::vector<SharedText> names;
        for (std::size_t at = 0; at < domains_.size(); ++at) {
            const std::string& domain = terms_.domains[at].name;
            const bool is_wanted = std::ranges::find(wanted, domain) != wanted.end();
            const bool has_it =
                std::ranges::any_of(domains_[at].links, [&](const auto& link) { return link.endpoint->key == key; });
            if (is_wanted && has_it) names.push_back(domain);
        }
        return names;
    }

    /// A failure counts as it is: one to be confirmed would be visited, and counted as ended, again.
    std::shared_ptr<LaneSettings> settings_for_one_visit(bool deep) const {
        auto settings = std::make_shared<LaneSettings>(lane_settings(terms_.settings, terms_.trust, 1));
        settings->judge.failures_to_confirm = 1;
        settings->legacy_follow_ups = deep;
        settings->looks_first = true;
        if (!deep) settings->deep_interval = {};
        settings->relay.extended_forms = settings->relay.extended_forms && deep;
        return settings;
    }

    /// Primaries first: some servers distrust who comes to a backup only.
    void run_sessions() {
        auto settings = settings_for_one_visit(terms_.deep);
        if (tells_route(recipient_mx_)) {
            settings->relay.route = std::make_shared<const RecipientRoute>(route_of(recipient_mx_));
        }
        Sessions sessions(std::move(settings), terms_);
        for (const int wanted : {0, 1}) {
            std::vector<Assignment> assignments;
            for (const auto& [key, ranks] : preferences_) {
                if (*ranks.begin() != wanted) continue;
                auto asked = std::make_shared<const AskedDomains>(
                    AskedDomains{domains_of(key, terms_.relay_domains), domains_of(key, terms_.policy_domains)});
                assignments.push_back({cells_.at(key), once, {}, std::move(asked), {}, tlsa_.at(key)});
            }
            sessions.run(assignments);
        }
    }

    std::vector<Finding> judge_vantage() {
        std::vector<std::shared_ptr<const EndpointStatus>> statuses;
        std::vector<const EndpointStatus*> endpoints;
        bool no_ipv6 = false;
        for (const auto& [key, cell] : cells_) {
            statuses.push_back(cell->status.read());
            endpoints.push_back(statuses.back().get());
            no_ipv6 = no_ipv6 || lacks_ipv6(*statuses.back());
        }
        std::vector<Finding> findings;
        if (judge_egress(endpoints, false) && !a_target_answers()) {
            findings.push_back(*judge_egress(endpoints, false));
            nobody_reached_ = true;
        }
        FaultWatch faults;
        for (const EndpointStatus* const each : endpoints) {
            if (failed_through_us(*each)) faults.note({}, each->last->failure->detail);
        }
        if (auto fault = faults.judge({})) findings.push_back({*std::move(fault), Scope::agent, {}, {}, 0, {}});
        std::vector<const MxFacts*> lookups;
        for (const CheckedDomain& domain : domains_)
            lookups.push_back(&domain.mx);
        if (auto finding = judge_resolvers(lookups)) findings.push_back(std::move(*finding));
        if (no_ipv6) {
            findings.push_back(
                {Statement("vantage.no_ipv6", "IPv6 addresses were skipped: this host has no IPv6 route"),
                 Scope::agent,
                 {},
                 {},
                 0,
                 {}});
        }
        return findings;
    }

    /// Whether a configured target proves that port 25 is open for us.
    bool a_target_answers() {
        std::vector<Assignment> assignments;
        for (std::size_t at = 0; at < target_mx_.size(); ++at) {
            DomainPolicy policy;
            policy.port = terms_.settings.vantage.check_targets[at].port;
            for (const FoundEndpoint& found : endpoints_in(target_mx_[at], policy, terms_.settings.smtp)) {
                if (found.skip) continue;
                auto cell = std::make_shared<EndpointCell>(EndpointStatus{.key = found.key});
                assignments.push_back({std::move(cell), once, {}, std::make_shared<const AskedDomains>()});
            }
        }
        if (assignments.empty()) return false;
        terms_.progress("nobody was reached: asking the check targets");
        Sessions sessions(settings_for_one_visit(false), terms_);
        sessions.run(assignments);
        return std::ranges::any_of(
            assignments, [](const Assignment& each) { return reached_anybody(*each.cell->status.read()) == true; });
    }

    Report report(std::size_t at, const std::vector<Finding>& about_us) {
        DomainStatus status;
        status.domain = terms_.domains[at].name;
        status.policy = terms_.domains[at].policy;
        status.mx = std::make_shared<const MxFacts>(domains_[at].mx);
        status.links = domains_[at].links;
        if (!status.links.empty()) status.best_preference = status.links.front().preference;
        status.checked_at = wall_now();
        if (nobody_reached_) hold_back_endpoints(status);
        const auto endpoints = read_endpoints(status);
        std::vector<const EndpointStatus*> seen;
        for (const auto& endpoint : endpoints)
            seen.push_back(endpoint.get());
        if (wants_policies(*status.mx)) status.tls_policies = domains_[at].tls_policies;
        std::vector<Finding> further;
        if (!side_.others.empty()) {
            if (auto found = judge_first_comparison(*status.mx, side_.others[at])) further.push_back(std::move(*found));
        }
        status.judgement = judge_domain(*status.mx, seen, *status.policy, {}, std::nullopt, true,
                                        status.tls_policies.get(), std::move(further));
        Report report;
        report.checked_at = status.checked_at;
        report.duration = steady_clock::now() - started_;
        report.extra = about_us;
        report.view = {std::make_shared<const DomainStatus>(std::move(status)), endpoints};
        return report;
    }

    /// The fault is ours until something proves otherwise: nothing is said about them.
    static void hold_back_endpoints(const DomainStatus& status) {
        for (const DomainLink& link : status.links) {
            EndpointStatus endpoint = with_vantage(*link.endpoint->status.read(), true);
            endpoint.findings.clear();
            link.endpoint->status.publish(std::make_shared<const EndpointStatus>(std::move(endpoint)));
        }
    }

    const CheckTerms& terms_;
    steady_clock::time_point started_;
    std::vector<CheckedDomain> domains_;
    MxFacts recipient_mx_;
    std::vector<MxFacts> target_mx_;
    SideFacts side_;
    std::map<EndpointKey, std::shared_ptr<EndpointCell>> cells_;
    std::map<EndpointKey, std::set<int>> preferences_;
    std::map<EndpointKey, SharedTlsa> tlsa_;
    bool nobody_reached_ = false;
};

}  // namespace

std::vector<Report> check_domains(const CheckTerms& terms) {
    return Check(terms).run();
}

}  // namespace mxfleet
