#include "probes/io/gate.hpp"

namespace mxfleet {

void Gate::Slot::release() {
    if (gate_ != nullptr) std::exchange(gate_, nullptr)->leave();
}

Gate::Slot Gate::try_enter() {
    if (closed_ || free_ <= 0) return {};
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

void Gate::leave() {
    ++free_;
    admit_waiting();
}

/// A place goes to who has waited longest, without being free in between: nobody overtakes.
void Gate::admit_waiting() {
    while (free_ > 0 && !waiting_.empty()) {
        --free_;
        Waiter* const next = waiting_.front();
        waiting_.pop_front();
        next->admitted = true;
        next->turn.cancel();
    }
}

void Gate::resize(std::size_t capacity) {
    free_ += static_cast<long>(capacity) - capacity_;
    capacity_ = static_cast<long>(capacity);
    admit_waiting();
}

void Gate::close() {
    closed_ = true;
    for (Waiter* const waiter : waiting_)
        waiter->turn.cancel();
}

}  // namespace mxfleet
