#include "agent/fleet/courtesy.hpp"

#include <asio/post.hpp>

#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {

ClaimStart unhindered() {
    return [](const IpAddress&, const std::function<void(SteadyTime)>& told) { told(steady_now()); };
}

asio::awaitable<bool> Courtesy::turn_at(IpAddress ip) {
    if (stopped_) co_return false;
    const auto start = std::make_shared<asio::steady_timer>(context_, asio::steady_timer::time_point::max());
    waiting_.insert(start.get());
    claim_(ip, [&context = context_, waiting = std::weak_ptr(start)](SteadyTime at) {
        asio::post(context, [waiting, at] {
            if (const auto timer = waiting.lock()) timer->expires_at(at);
        });
    });
    // Being told when it is ends the wait as well.
    while (!stopped_ && start->expiry() > steady_now())
        co_await start->async_wait(as_result);
    waiting_.erase(start.get());
    co_return !stopped_;
}

void Courtesy::stop() {
    stopped_ = true;
    for (asio::steady_timer* const timer : waiting_)
        timer->cancel();
}

}  // namespace mxfleet
