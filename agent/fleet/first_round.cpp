#include "agent/fleet/first_round.hpp"

#include <algorithm>

namespace mxfleet {

void FirstRound::watch(const std::vector<DomainTarget*>& added, Targets& targets) {
    watching_ = true;
    if (is_ready()) return;
    for (const DomainTarget* const domain : added)
        unseen_.insert(domain->cell->name);
    std::erase_if(unseen_, [&](const SharedText& name) { return targets.find(name) == nullptr; });
}

void FirstRound::judged(const DomainTarget& domain) {
    if (is_ready() || !domain.checked_at) return;
    const auto was_looked_at = [](const auto& link) {
        return link.endpoint->cell->status.read()->checked_at.has_value();
    };
    if (std::ranges::all_of(domain.endpoints, was_looked_at)) unseen_.erase(domain.cell->name);
}

void FirstRound::look(Duration interval, SteadyTime now) {
    if (is_ready() || !watching_) return;
    ready_ = unseen_.empty() || now - started_ > interval;
    if (ready_) unseen_ = {};
}

}  // namespace mxfleet
