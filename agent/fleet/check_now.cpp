#include "agent/fleet/check_now.hpp"

#include <algorithm>
#include <asio/post.hpp>
#include <future>
#include <map>
#include <optional>
#include <vector>

#include "agent/fleet/lane.hpp"

namespace mxfleet {
namespace {

using Cells = std::vector<std::shared_ptr<EndpointCell>>;

constexpr Duration patience = std::chrono::seconds{5};

/// What a thread answers, or nothing if it does not in time or has ended.
template <class Answer>
std::optional<Answer> answer_of(std::future<Answer> future) {
    if (future.wait_for(patience) != std::future_status::ready) return std::nullopt;
    try {
        return future.get();
    } catch (const std::future_error&) {
        return std::nullopt;
    }
}

/// What may begin, and what keeps the rest from it.
struct Prospect {
    std::map<Lane*, Cells> free;
    bool is_running = false;
    std::optional<SteadyTime> first_free;  ///< of the addresses within their gap
};

std::optional<Prospect> look_ahead(const DomainStatus& domain, const CheckGrounds& grounds) {
    std::map<Lane*, Cells> by_lane;
    for (const DomainLink& link : domain.links)
        by_lane[&grounds.lane_of(link.endpoint->key)].push_back(link.endpoint);
    Prospect prospect;
    for (auto& [lane, cells] : by_lane) {
        const auto hindrances = answer_of(lane->hindrances(cells));
        if (!hindrances) return std::nullopt;
        for (std::size_t at = 0; at < cells.size(); ++at) {
            const Hindrance& found = (*hindrances)[at];
            if (found.kind == Hindrance::Kind::none) prospect.free[lane].push_back(cells[at]);
            if (found.kind == Hindrance::Kind::in_flight) prospect.is_running = true;
            if (found.kind != Hindrance::Kind::politeness) continue;
            prospect.first_free = std::min(prospect.first_free.value_or(found.ends), found.ends);
        }
    }
    return prospect;
}

/// Begins the lookup if it may.
std::optional<Lookups::Hindrance> look_up_now(const DomainStatus& domain, const CheckGrounds& grounds) {
    const WallTime now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto promise = std::make_shared<std::promise<Lookups::Hindrance>>();
    auto answer = promise->get_future();
    asio::post(grounds.coordinator,
               [promise, now, &lookups = grounds.lookups, name = domain.domain, last = domain.checked_at] {
                   const auto hindrance = lookups.hindrance(name, last, now);
                   if (hindrance == Lookups::Hindrance::none) lookups.bring_forward(name);
                   promise->set_value(hindrance);
               });
    return answer_of(std::move(answer));
}

}  // namespace

CheckAnswer check_now(const DomainStatus& domain, const CheckGrounds& grounds) {
    using Kind = CheckAnswer::Kind;
    const auto prospect = look_ahead(domain, grounds);
    if (!prospect) return {Kind::no_answer};
    if (prospect->is_running) return {Kind::running};
    const bool must_wait = prospect->free.empty() && prospect->first_free;
    const SteadyTime now = std::chrono::steady_clock::now();
    if (must_wait) return {Kind::too_soon, *prospect->first_free - now};
    const auto lookup = look_up_now(domain, grounds);
    if (!lookup) return {Kind::no_answer};
    for (const auto& [lane, cells] : prospect->free)
        lane->bring_forward(cells);
    if (!prospect->free.empty() || lookup == Lookups::Hindrance::none) return {Kind::begun};
    return lookup == Lookups::Hindrance::under_way ? CheckAnswer{Kind::running}
                                                   : CheckAnswer{Kind::too_soon, lookup_interval_least};
}

}  // namespace mxfleet
