// Who is watched: the configured domains, the endpoints behind them, and who shares whom. Book-keeping only, for one
// thread: it asks no DNS, opens no session, and says what has to be done about a change.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agent/fleet/domain_cell.hpp"
#include "agent/fleet/lane.hpp"

namespace mxfleet {

struct DomainTarget;

/// That a domain lists an endpoint, and with which preference.
struct Listing {
    DomainTarget* domain = nullptr;
    std::uint16_t preference = 0;
};

struct EndpointTarget {
    std::shared_ptr<EndpointCell> cell;
    std::vector<Listing> domains;  ///< who lists it, in no order; for most it is one
    SharedTlsa tlsa;               ///< as a domain with a secure MX last found it, if there is one
    const DomainTarget* tlsa_from = nullptr;
    SteadyTime retires{};   ///< when it goes, if nobody lists it any more
    bool is_probed = true;  ///< false: not to be connected to; its status says why
    bool is_assigned = false;

    /// Whether nobody lists it with their best preference.
    bool is_backup() const;
};
static_assert(sizeof(EndpointTarget) <= 80, "in its node of the targets' table it fits a block of 96 bytes");

/// The same from the domain's side. `place`: of the listing among the endpoint's, which may have a hundred thousand and
/// are not searched.
struct ListedEndpoint {
    std::uint16_t preference = 0;
    std::uint32_t place = 0;
    EndpointTarget* endpoint = nullptr;
};

struct DomainTarget {
    std::shared_ptr<DomainCell> cell;
    std::shared_ptr<const DomainPolicy> policy;
    std::shared_ptr<const MxFacts> mx;    ///< the last lookup
    std::shared_ptr<const MxFacts> good;  ///< the last lookup that gave a set to go by
    SharedTlsPolicies tls_policies;       ///< null while nothing is known
    SharedMxPast past;                    ///< null while there is nothing of it
    std::vector<ListedEndpoint> endpoints;
    MaybeTime checked_at;
    CoarseSteadyTime good_at{};           ///< when `good` was learned
    CoarseSteadyTime tls_policies_due{};  ///< their next look
    DomainPart part;                      ///< what this agent says of it
    std::uint16_t best_preference = 0;    ///< of all its endpoints, other agents' and those left out among them
    std::uint16_t left_out = 0;           ///< endpoints that found no place in the fleet; no more than fit
    bool is_listed = false;               ///< in the last list of domains, if it equals the targets' own mark

    /// Whether this agent has anything to say of it. Else it only looks it up, to see whether that changes.
    bool is_shown() const { return part.dns || part.all_endpoints || !endpoints.empty(); }
};
static_assert(sizeof(DomainTarget) <= 144, "in its node of the targets' table it fits a block of 160 bytes");

/// Everything that is shown of a domain but its judgement. `mx` are the facts that it is judged by.
DomainStatus status_of(const DomainTarget& domain, std::shared_ptr<const MxFacts> mx);

/// An endpoint as DNS gives it.
struct FoundEndpoint {
    std::uint16_t preference = 0;
    EndpointKey key;
    std::optional<Failure> skip;  ///< why it is not to be connected to
    SharedTlsa tlsa = nullptr;    ///< as a sender to the domain finds it; null: not known
};

/// What configured intervals come to for the targets.
struct TargetTerms {
    Duration interval{};
    bool relay_enabled = true;
    bool policy_enabled = true;
    std::uint16_t port = 25;
    std::size_t max_endpoints = 0;

    bool operator==(const TargetTerms&) const = default;
};

class Targets {
public:
    explicit Targets(TargetTerms terms, ShardSettings shard = {}) : terms_(terms), shard_(shard) {}

    void set_terms(TargetTerms terms);

    struct DomainChanges {
        std::vector<DomainTarget*> added;
        std::vector<DomainTarget*> altered;  ///< known ones that are wanted otherwise than before
    };

    /// Makes the domains just these. Known ones keep what is known of them, and of those that are wanted as before
    /// nothing has to be done again: a reload costs what it changes.
    DomainChanges set_domains(std::vector<Domain> domains, SteadyTime now);

    DomainTarget* find(const SharedText& domain);

    /// The endpoints of a domain from now on, of which those at our exchanges are watched. Gives how many more than
    /// before were left out because the fleet is full.
    std::size_t set_endpoints(DomainTarget& domain, const std::vector<FoundEndpoint>& found, SteadyTime now,
                              WallTime wall);

    /// The domains that list an endpoint.
    std::vector<DomainTarget*> domains_of(const EndpointKey& endpoint);

    /// What lanes must be told since the last call: endpoints to probe, or to probe otherwise; endpoints to leave.
    struct Changes {
        std::vector<Assignment> assignments;
        std::vector<std::shared_ptr<EndpointCell>> releases;
        bool set_changed = false;  ///< domains or endpoints came or went
    };
    Changes take_changes(SteadyTime now);

    /// Everybody of whom there is something to say, in the order readers see them.
    std::vector<std::shared_ptr<DomainCell>> domain_cells() const;
    std::vector<std::shared_ptr<EndpointCell>> endpoint_cells() const;

    std::size_t domain_count() const { return domains_.size(); }
    std::size_t endpoint_count() const { return endpoints_.size(); }
    std::unordered_map<SharedText, DomainTarget>& domains() { return domains_; }

private:
    struct ByKey {
        std::size_t operator()(const EndpointKey* key) const noexcept { return std::hash<EndpointKey>{}(*key); }
        bool operator()(const EndpointKey* a, const EndpointKey* b) const { return *a == *b; }
    };

    void unlink(DomainTarget& domain, SteadyTime now);
    void note_tlsa(EndpointTarget& endpoint, const DomainTarget& from, const SharedTlsa& found);
    EndpointTarget* endpoint_for(const FoundEndpoint& found, WallTime wall);
    Duration interval_of(const DomainTarget& domain) const;
    Duration interval_of(const EndpointTarget& endpoint) const;
    const Listing* leading(const EndpointTarget& backup) const;
    Turns turns_of(const EndpointTarget& endpoint, Duration interval) const;
    std::shared_ptr<const AskedDomains> asked_of(const EndpointTarget& endpoint) const;
    Assignment assignment_of(const EndpointTarget& endpoint, Duration first_after) const;
    void retire_due(SteadyTime now, Changes& changes);

    TargetTerms terms_;
    const ShardSettings shard_;
    std::unordered_map<SharedText, DomainTarget> domains_;
    std::unordered_map<const EndpointKey*, EndpointTarget, ByKey, ByKey> endpoints_;  ///< by their cells' keys
    std::unordered_set<EndpointTarget*> dirty_;  ///< whose assignment may have changed
    std::unordered_set<EndpointTarget*> retiring_;
    bool list_mark_ = false;  ///< of the domains in the last list; the next one's is the other
    bool set_changed_ = false;
};

}  // namespace mxfleet
