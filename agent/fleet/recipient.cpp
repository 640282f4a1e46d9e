#include "agent/fleet/recipient.hpp"

#include <asio/co_spawn.hpp>

#include "agent/fleet/endpoints_in.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {

void Recipient::configure(const Settings& settings) {
    if (address_ != settings.relay.recipient) route_.reset();
    address_ = settings.relay.recipient;
    most_addresses_ = settings.smtp.max_endpoints_per_domain;
    due_ = {};
}

void Recipient::look() {
    if (address_.empty() || due_ > steady_now()) return;
    due_ = SteadyTime::max();
    asio::co_spawn(context_, look_up(), rethrow);
}

asio::awaitable<void> Recipient::look_up() {
    ResolveSettings how{most_addresses_, {}};
    const std::string address = address_;
    const std::string domain = address.substr(address.rfind('@') + 1);
    const MxFacts facts = co_await resolve_mx(lookups_.dns(), domain, std::move(how));
    if (address != address_) co_return;  // a reload has begun another lookup
    due_ = lookups_.next_after(facts);
    if (!tells_route(facts)) co_return;
    auto route = std::make_shared<const RecipientRoute>(route_of(facts));
    if (route_ && *route_ == *route) co_return;
    route_ = std::move(route);
    moved_();
}

}  // namespace mxfleet
