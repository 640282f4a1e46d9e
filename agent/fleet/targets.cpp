#include "agent/fleet/targets.hpp"

#include <algorithm>
#include <limits>
#include <ranges>
#include <set>
#include <tuple>

namespace mxfleet {
namespace {

/// New endpoints are spread out by so much each, so that a large fleet does not start in one moment.
constexpr Duration spread_per_endpoint = std::chrono::milliseconds{1};
/// The backups of a domain have their turns in the quarter of an interval that follows its last primary's: time enough
/// for the primary's session, and less than the half by which turns may lie behind.
constexpr int backup_share = 4;

EndpointStatus first_status(const FoundEndpoint& found, WallTime wall) {
    if (found.skip) return skipped(found.key, *found.skip, wall);
    EndpointStatus status;
    status.key = found.key;
    return status;
}

std::uint64_t seed_of(const EndpointKey& key) {
    return std::hash<EndpointKey>{}(key);
}

/// A part of `whole` that a key always gets the same.
Duration part_of(Duration whole, const EndpointKey& key) {
    const SteadyTime origin{};
    return next_on_grid(origin, std::max(whole, Duration{1}), seed_of(key)) - origin;
}

std::vector<const EndpointKey*> probed_primaries(const DomainTarget& domain) {
    std::vector<const EndpointKey*> primaries;
    for (const auto& [preference, place, endpoint] : domain.endpoints) {
        if (preference == domain.best_preference && endpoint->is_probed) primaries.push_back(&endpoint->cell->key);
    }
    return primaries;
}

/// The seed of the primary whose turn is the last in a round of the domain. The round begins with the turn of the first
/// by name, not at the same moment for all domains: so what follows the last is spread over the interval as evenly.
std::uint64_t seed_of_last(const std::vector<const EndpointKey*>& primaries, Duration interval) {
    const auto by_key = [](const EndpointKey* a, const EndpointKey* b) { return *a < *b; };
    const Duration begin = phase_on_grid(interval, seed_of(**std::ranges::min_element(primaries, by_key)));
    const auto turn_in_round = [&](const EndpointKey* key) {
        return (phase_on_grid(interval, seed_of(*key)) - begin + interval) % interval;
    };
    return seed_of(**std::ranges::max_element(primaries, {}, turn_in_round));
}

/// How far behind its primaries a backup goes: each preference has its slot, in the second half of which all those that
/// have it are spread out; so there is half a slot to whoever goes before.
Duration behind_primaries(const Listing& listing, const EndpointKey& backup, Duration interval) {
    const auto& [domain, own] = listing;
    std::set<std::uint16_t> preferences;
    for (const auto& [preference, place, endpoint] : domain->endpoints)
        if (preference != domain->best_preference) preferences.insert(preference);
    const Duration slot = interval / backup_share / static_cast<Duration::rep>(preferences.size());
    const auto before = std::distance(preferences.begin(), preferences.find(own));
    return slot * before + slot / 2 + part_of(slot / 2, backup);
}

template <class Cell>
std::vector<std::shared_ptr<Cell>> cells_of(auto&& targets, std::size_t at_most) {
    std::vector<std::shared_ptr<Cell>> cells;
    cells.reserve(at_most);
    for (const auto& [key, target] : targets)
        cells.push_back(target.cell);
    return cells;
}

/// Who lists an exchange lists all of its addresses.
void note_siblings(const EndpointTarget& endpoint, AskedDomains& asked) {
    const EndpointKey& own = endpoint.cell->key;
    asked.siblings = 0;  // itself among them
    for (const auto& [preference, place, each] : endpoint.domains.front().domain->endpoints) {
        const EndpointKey& key = each->cell->key;
        if (key.mx != own.mx || !each->is_probed) continue;
        ++asked.siblings;
        if (key < own) ++asked.sibling;
    }
}

/// The last listing takes the place of the one that goes, and its domain is told so.
void drop_listing(EndpointTarget& endpoint, std::uint32_t place) {
    endpoint.domains[place] = endpoint.domains.back();
    endpoint.domains.pop_back();
    if (place == endpoint.domains.size()) return;
    auto& moved = endpoint.domains[place].domain->endpoints;
    std::ranges::find(moved, &endpoint, &ListedEndpoint::endpoint)->place = place;
}

/// Whether a lookup found just what is known: by far the most do.
bool is_as_found(const DomainTarget& domain, auto&& found) {
    return std::ranges::equal(domain.endpoints, found, [](const auto& known, const FoundEndpoint& each) {
        const auto& [preference, place, endpoint] = known;
        return preference == each.preference && endpoint->is_probed == !each.skip && endpoint->cell->key == each.key;
    });
}

bool is_same_policy(const std::shared_ptr<const DomainPolicy>& a, const std::shared_ptr<const DomainPolicy>& b) {
    return a == b || *a == *b;
}

}  // namespace

DomainStatus status_of(const DomainTarget& domain, std::shared_ptr<const MxFacts> mx) {
    DomainStatus status;
    status.domain = domain.cell->name;
    status.policy = domain.policy;
    status.part = domain.part;
    status.best_preference = domain.best_preference;
    status.mx = std::move(mx);
    status.checked_at = domain.checked_at;
    status.past = domain.past;
    status.tls_policies = domain.tls_policies;
    status.links.reserve(domain.endpoints.size());
    for (const auto& [preference, place, endpoint] : domain.endpoints)
        status.links.push_back({preference, endpoint->cell});
    return status;
}

bool EndpointTarget::is_backup() const {
    return std::ranges::none_of(domains, [](const Listing& listing) {
        const auto& [domain, preference] = listing;
        return preference == domain->best_preference;
    });
}

void Targets::set_terms(TargetTerms terms) {
    if (terms_ == terms) return;
    terms_ = terms;
    for (auto& [key, endpoint] : endpoints_)
        dirty_.insert(&endpoint);
}

Targets::DomainChanges Targets::set_domains(std::vector<Domain> domains, SteadyTime now) {
    DomainChanges changes;
    list_mark_ = !list_mark_;
    for (Domain& domain : domains) {
        auto [place, is_new] = domains_.try_emplace(domain.name);
        DomainTarget& target = place->second;
        target.is_listed = list_mark_;
        if (is_new) {
            target.part = domain_part(place->first, nullptr, shard_);
            target.cell = std::make_shared<DomainCell>(first_status(place->first, domain.policy, target.part));
            target.policy = std::move(domain.policy);
            changes.added.push_back(&target);
        } else if (!is_same_policy(target.policy, domain.policy)) {
            target.policy = std::move(domain.policy);
            changes.altered.push_back(&target);
            for (const auto& [preference, place, endpoint] : target.endpoints)
                dirty_.insert(endpoint);
        }
    }
    for (auto at = domains_.begin(); at != domains_.end();) {
        const bool goes = at->second.is_listed != list_mark_;
        if (goes) unlink(at->second, now);
        set_changed_ = set_changed_ || goes;
        at = goes ? domains_.erase(at) : std::next(at);
    }
    set_changed_ = set_changed_ || !changes.added.empty();
    return changes;
}

DomainTarget* Targets::find(const SharedText& domain) {
    const auto known = domains_.find(domain);
    return known == domains_.end() ? nullptr : &known->second;
}

std::size_t Targets::set_endpoints(DomainTarget& domain, const std::vector<FoundEndpoint>& found, SteadyTime now,
                                   WallTime wall) {
    const auto is_ours = [&](const FoundEndpoint& each) { return owns(shard_, each.key.mx); };
    // Others' endpoints may have changed where ours have not.
    const std::uint16_t best = found.empty() ? std::uint16_t{0} : found.front().preference;
    const bool same_best = std::exchange(domain.best_preference, best) == best;
    auto ours = found | std::views::filter(is_ours);
    if (same_best && is_as_found(domain, ours)) {
        auto known = domain.endpoints.begin();
        for (const FoundEndpoint& each : ours)
            note_tlsa(*(known++)->endpoint, domain, each.tlsa);
        return 0;
    }
    unlink(domain, now);
    std::size_t left_out = 0;
    for (const FoundEndpoint& each : found | std::views::filter(is_ours)) {
        EndpointTarget* const endpoint = endpoint_for(each, wall);
        if (endpoint == nullptr) {
            ++left_out;
            continue;
        }
        // What lists it for this domain was added just now, if at all, and is the last.
        auto& listings = endpoint->domains;
        if (!listings.empty() && listings.back().domain == &domain) continue;
        retiring_.erase(endpoint);
        domain.endpoints.push_back({each.preference, static_cast<std::uint32_t>(listings.size()), endpoint});
        listings.push_back({&domain, each.preference});
        note_tlsa(*endpoint, domain, each.tlsa);
        dirty_.insert(endpoint);
    }
    domain.endpoints.shrink_to_fit();
    left_out = std::min<std::size_t>(left_out, std::numeric_limits<std::uint16_t>::max());
    const std::size_t before = std::exchange(domain.left_out, static_cast<std::uint16_t>(left_out));
    return left_out > before ? left_out - before : 0;
}

void Targets::unlink(DomainTarget& domain, SteadyTime now) {
    for (const auto& [preference, place, endpoint] : domain.endpoints) {
        drop_listing(*endpoint, place);
        if (endpoint->tlsa_from == &domain) endpoint->tlsa_from = nullptr;
        dirty_.insert(endpoint);
        if (!endpoint->domains.empty()) continue;
        // CHECKS §1: what vanished stays for one interval, and may come back.
        endpoint->retires = now + interval_of(*endpoint);
        retiring_.insert(endpoint);
    }
    domain.endpoints.clear();
}

/// Records belong to the exchange, whoever finds them. A domain whose own MX is not secure is no witness as long as
/// there is a better one.
void Targets::note_tlsa(EndpointTarget& endpoint, const DomainTarget& from, const SharedTlsa& found) {
    if (!found) return;
    const bool was_asked = found->state != TlsaState::insecure;
    const bool has_better = endpoint.tlsa_from != nullptr && endpoint.tlsa_from != &from;
    if (!was_asked && has_better) return;
    endpoint.tlsa_from = was_asked ? &from : nullptr;
    const bool is_same = endpoint.tlsa == found || (endpoint.tlsa && *endpoint.tlsa == *found);
    if (is_same) return;
    endpoint.tlsa = found;
    dirty_.insert(&endpoint);
}

/// Null when the fleet is full.
EndpointTarget* Targets::endpoint_for(const FoundEndpoint& found, WallTime wall) {
    const auto known = endpoints_.find(&found.key);
    if (known != endpoints_.end() && known->second.is_probed == !found.skip) return &known->second;
    if (known == endpoints_.end() && endpoints_.size() >= terms_.max_endpoints) return nullptr;
    if (known != endpoints_.end()) {
        // Its cell is in readers' hands, and perhaps a lane's: the status says that it changed sides.
        EndpointTarget& endpoint = known->second;
        endpoint.is_probed = !found.skip;
        endpoint.cell->status.publish(std::make_shared<const EndpointStatus>(first_status(found, wall)));
        return &endpoint;
    }
    auto cell = std::make_shared<EndpointCell>(first_status(found, wall));
    EndpointTarget& endpoint = endpoints_[&cell->key];
    endpoint.is_probed = !found.skip;
    endpoint.cell = std::move(cell);
    set_changed_ = true;
    return &endpoint;
}

std::vector<DomainTarget*> Targets::domains_of(const EndpointKey& endpoint) {
    std::vector<DomainTarget*> domains;
    const auto known = endpoints_.find(&endpoint);
    if (known == endpoints_.end()) return domains;
    for (const Listing& listing : known->second.domains)
        domains.push_back(listing.domain);
    return domains;
}

Duration Targets::interval_of(const DomainTarget& domain) const {
    return domain.policy->interval.value_or(terms_.interval);
}

/// The shortest that any of its domains asks for.
Duration Targets::interval_of(const EndpointTarget& endpoint) const {
    std::optional<Duration> shortest;
    for (const auto& [domain, preference] : endpoint.domains) {
        const Duration wanted = interval_of(*domain);
        shortest = std::min(shortest.value_or(wanted), wanted);
    }
    return shortest.value_or(terms_.interval);
}

/// The domain whose primaries a backup goes after: one of those with the shortest interval, which is the backup's own,
/// so that those primaries are visited as often as it is; of these the first by name, so that it is the same each time.
/// Null if no domain has a primary that is probed here.
const Listing* Targets::leading(const EndpointTarget& backup) const {
    const Listing* leading = nullptr;
    const auto rank = [&](const DomainTarget& domain) {
        return std::tuple<Duration, const SharedText&>(interval_of(domain), domain.cell->name);
    };
    for (const Listing& each : backup.domains) {
        const bool comes_first = leading == nullptr || rank(*each.domain) < rank(*leading->domain);
        if (comes_first && !probed_primaries(*each.domain).empty()) leading = &each;
    }
    return leading;
}

/// CHECKS §1: never a backup before its primaries. As far as a grid can: where a primary's interval is no divisor of
/// the backup's (many endpoints on one address, or different intervals of domains), or where the primary is left alone
/// for a while, the backup's turn does not lie just behind the primary's, which has had one before nevertheless.
/// Another agent's primary is no guide: every host has a steady clock of its own.
Turns Targets::turns_of(const EndpointTarget& endpoint, Duration interval) const {
    const EndpointKey& key = endpoint.cell->key;
    const Listing* const listing = endpoint.is_backup() ? leading(endpoint) : nullptr;
    if (listing == nullptr) return {.seed = seed_of(key)};
    return {seed_of_last(probed_primaries(*listing->domain), interval), behind_primaries(*listing, key, interval)};
}

std::shared_ptr<const AskedDomains> Targets::asked_of(const EndpointTarget& endpoint) const {
    static const auto nobody = std::make_shared<const AskedDomains>();
    AskedDomains asked;
    for (const auto& [domain, preference] : endpoint.domains) {
        const DomainPolicy& wanted = *domain->policy;
        if (wanted.relay.value_or(terms_.relay_enabled)) asked.relay.push_back(domain->cell->name);
        if (wanted.policy.value_or(terms_.policy_enabled)) asked.policy.push_back(domain->cell->name);
    }
    if (asked.relay.empty() && asked.policy.empty()) return nobody;
    std::ranges::sort(asked.relay);
    std::ranges::sort(asked.policy);
    note_siblings(endpoint, asked);
    return std::make_shared<const AskedDomains>(std::move(asked));
}

Assignment Targets::assignment_of(const EndpointTarget& endpoint, Duration first_after) const {
    const Duration interval = interval_of(endpoint);
    return {endpoint.cell, interval, first_after, asked_of(endpoint), turns_of(endpoint, interval), endpoint.tlsa};
}

Targets::Changes Targets::take_changes(SteadyTime now) {
    Changes changes;
    retire_due(now, changes);
    const auto is_new = [](const EndpointTarget* each) { return each->is_probed && !each->is_assigned; };
    const auto newcomers = static_cast<Duration::rep>(std::ranges::count_if(dirty_, is_new));
    for (EndpointTarget* const endpoint : dirty_) {
        // One that nobody lists any more is looked at until it retires, on nobody's behalf: no form is tried there.
        if (endpoint->domains.empty() && !endpoint->is_assigned) continue;
        if (endpoint->is_probed) {
            const Duration interval = interval_of(*endpoint);
            const Duration spread = std::min(interval / 2, spread_per_endpoint * newcomers);
            // A backup's turn comes after all primaries had theirs: some servers distrust who comes to the backup only.
            const Duration first = part_of(spread, endpoint->cell->key) + (endpoint->is_backup() ? spread : Duration{});
            changes.assignments.push_back(assignment_of(*endpoint, first));
            endpoint->is_assigned = true;
        } else if (endpoint->is_assigned) {
            changes.releases.push_back(endpoint->cell);
            endpoint->is_assigned = false;
        }
    }
    dirty_.clear();
    changes.set_changed = std::exchange(set_changed_, false);
    return changes;
}

void Targets::retire_due(SteadyTime now, Changes& changes) {
    for (auto at = retiring_.begin(); at != retiring_.end();) {
        EndpointTarget* const endpoint = *at;
        if (endpoint->retires > now) {
            ++at;
            continue;
        }
        at = retiring_.erase(at);
        if (endpoint->is_assigned) changes.releases.push_back(endpoint->cell);
        dirty_.erase(endpoint);
        set_changed_ = true;
        const std::shared_ptr<EndpointCell> cell = endpoint->cell;  // holds the key while it is looked for
        endpoints_.erase(&cell->key);
    }
}

std::vector<std::shared_ptr<DomainCell>> Targets::domain_cells() const {
    const auto is_shown = [](const auto& target) { return target.second.is_shown(); };
    auto cells = cells_of<DomainCell>(domains_ | std::views::filter(is_shown), domains_.size());
    std::ranges::sort(cells, {}, [](const auto& cell) -> const SharedText& { return cell->name; });
    return cells;
}

std::vector<std::shared_ptr<EndpointCell>> Targets::endpoint_cells() const {
    auto cells = cells_of<EndpointCell>(endpoints_, endpoints_.size());
    std::ranges::sort(cells, {}, [](const auto& cell) -> const EndpointKey& { return cell->key; });
    return cells;
}

}  // namespace mxfleet
