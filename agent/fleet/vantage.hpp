// Our own place of watching: whether it lets us reach anybody, whether its resolvers answer, whether it has IPv6
// (CHECKS §0, §11). On the coordinating thread, but for `session_ended`.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/check_targets.hpp"
#include "agent/fleet/domain_cell.hpp"
#include "agent/fleet/memory.hpp"
#include "agent/fleet/self_check.hpp"
#include "agent/fleet/silence.hpp"
#include "agent/judge/vantage.hpp"

namespace mxfleet {

class Vantage {
public:
    /// `memory` outlives it.
    Vantage(asio::io_context& context, Memory& memory)
        : context_(context), memory_(memory), targets_(context), self_(context) {}

    void configure(const Settings& settings, const TrustStore& trust);

    /// What a session of the fleet shows. On any thread.
    void session_ended(const EndpointStatus& status);

    /// What the lookup of a domain's MX shows.
    void lookup_ended(const MxFacts& facts);

    /// How a question to a resolver of ours ended.
    void resolver_asked(const std::string& resolver, DnsOutcome outcome) { resolvers_.note(resolver, outcome); }

    /// A finding that came, or went.
    struct Change {
        Finding finding;
        bool holds = false;
    };

    /// Judges what was seen until now, and asks the check targets when it is time. `dns` outlives their lookup.
    std::vector<Change> look(const Fleet& fleet, std::size_t domains, DnsLookup& dns);

    /// Looks at what others see of us. What came or went is told by the next `look`.
    void look_at_self(const Reputations& reputations, DnsLookup& dns);
    const std::vector<IpAddress>& own_addresses() const { return self_.addresses(); }

    /// Whether a block list names an address of ours: who refuses us then may take others' mail.
    bool own_address_listed() const;

    BlockedFamilies blocked() const { return blocked_; }
    bool egress_fails() const { return blocked_.both(); }
    bool resolvers_fail() const { return resolvers_work_ == false; }

    /// Of every check that there is something to say about.
    std::vector<VantageResult> results() const;
    const std::vector<Finding>& findings() const { return findings_; }

    void stop();

private:
    static constexpr std::size_t silent_lookups_enough = 3;

    struct SilentEndpoints {
        Silence<EndpointKey> endpoints{EgressEvidence::enough};
        Silence<IpNetwork> networks{EgressEvidence::enough};
        std::atomic<bool> are_some = false;  ///< or there are about to be: otherwise an answer is no news
    };

    void note(SilentEndpoints& silent, const EndpointKey& key, bool reached);
    void begin_round(DnsLookup& dns);
    EgressEvidence evidence(const Fleet& fleet, std::optional<bool> v6) const;
    void judge_egress(const Fleet& fleet);
    void judge_ipv6(const Fleet& fleet);
    void judge_resolvers(std::size_t domains);
    void judge_family(bool v6, const EgressEvidence& family);
    void set_finding(FindingCode code, std::optional<Statement> statement);

    asio::io_context& context_;
    Memory& memory_;
    CheckTargets targets_;
    SilentEndpoints silent_;                           ///< since anybody answered
    std::array<SilentEndpoints, 2> silent_by_family_;  ///< since one of that family did: IPv4, IPv6
    std::optional<SteadyTime> suspected_since_;
    BlockedFamilies blocked_;
    std::array<std::atomic<bool>, 2> reached_{};       ///< whether anybody of that family ever was
    std::array<std::optional<bool>, 2> family_works_;  ///< empty: nobody has such an address
    Silence<std::string> silent_lookups_{silent_lookups_enough};
    std::optional<bool> resolvers_work_;  ///< empty: nothing was looked up yet
    ResolverWatch resolvers_;
    FaultWatch faults_;
    SelfCheck self_;
    ClockWatch clock_;
    std::vector<VantageResult> self_results_;
    std::atomic<bool> lacks_ipv6_ = false;
    SteadyTime ipv6_due_{};
    std::vector<Finding> findings_;
    std::vector<Change> changes_;
};

}  // namespace mxfleet
