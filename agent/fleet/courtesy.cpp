#include "agent/fleet/courtesy.hpp"

#include <asio/post.hpp>
#include <memory>

#include "probes/io/awaiting.hpp"

namespace mxfleet {

ClaimStart unhindered() {
    return [](const IpAddress&, const std::function<void()>& told) { told(); };
}

asio::awaitable<bool> Courtesy::turn_at(IpAddress ip) {
    if (stopped_) co_return false;
    const auto start = std::make_shared<asio::steady_timer>(context_, asio::steady_timer::time_point::max());
    waiting_.insert(start.get());
    claim_(ip, [&context = context_, waiting = std::weak_ptr(start)] {
        // Behind the wait that begins below, also where this is told at once.
        asio::post(context, [waiting] {
            if (const auto timer = waiting.lock()) timer->cancel();
        });
    });
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
