#include "probes/io/gate.hpp"

namespace mxfleet {

void Gate::Slot::release() {
    if (gate_ != nullptr) std::exchange(gate_, nullptr)->leave();
}

Gate::Slot Gate::try_enter() {
    if (closed_ || free_ == 0) return {};
    --free_;
    return Slot(*this);
}

asio::awaitable<Gate::Slot> Gate::enter() {
    if (Slot slot = try_enter()) co_return slot;
    if (closed_) co_return Slot{};
    Waiter waiter(context_);
    waiting_.push_back(&waiter);
    co_await waiter.turn.async_wait(as_result);
    if (!waiter.admitted) waiting_.remove(&waiter);
    co_return waiter.admitted ? Slot(*this) : Slot{};
}

/// The place goes to who has waited longest, without being free in between: nobody overtakes.
void Gate::leave() {
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    Waiter* const next = waiting_.front();
    waiting_.pop_front();
    next->admitted = true;
    next->turn.cancel();
}

void Gate::close() {
    closed_ = true;
    for (Waiter* const waiter : waiting_)
        waiter->turn.cancel();
}

}  // namespace mxfleet
