#include "agent/fleet/learned.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

std::size_t reserved_addresses(const MxFacts& facts) {
    std::size_t count = 0;
    for (const MxExchange& exchange : facts.exchanges) {
        count += static_cast<std::size_t>(std::ranges::count_if(exchange.refused, [](const RefusedAddress& each) {
            return each.verdict.kind == AddressVerdict::Kind::reserved;
        }));
    }
    return count;
}

std::size_t over_domain_cap(const MxFacts& facts) {
    return facts.dropped_addresses + facts.dropped_exchanges;
}

}  // namespace

void count_dropped(FleetObserver& observer, const MxFacts* before, const MxFacts& now) {
    const auto count_more = [&](DropReason reason, std::size_t (*left_out)(const MxFacts&)) {
        const std::size_t was = before != nullptr ? left_out(*before) : 0;
        const std::size_t is = left_out(now);
        if (is > was) observer.dropped(reason, is - was);
    };
    count_more(DropReason::domain_cap, &over_domain_cap);
    count_more(DropReason::private_address, &reserved_addresses);
}

}  // namespace mxfleet
