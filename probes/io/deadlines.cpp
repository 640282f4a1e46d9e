#include "probes/io/deadlines.hpp"

#include <algorithm>

namespace mxfleet {

void Deadline::disarm() {
    if (!is_armed()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
}

void Deadline::insert_after(Deadline& head) {
    previous_ = &head;
    next_ = head.next_;
    next_->previous_ = this;
    head.next_ = this;
}

std::size_t DeadlineWheel::tick_of(SteadyTime time) {
    return static_cast<std::size_t>(time.time_since_epoch() / tick);
}

void DeadlineWheel::arm(Deadline& deadline, SteadyTime at) {
    deadline.disarm();
    deadline.at_ = at;
    // The tick after the one it falls in, so that it is never early; never a tick that was already advanced over.
    const std::size_t due = std::max(tick_of(at) + 1, last_tick_ + 1);
    deadline.insert_after(slots_[due % slot_count]);
}

void DeadlineWheel::advance(SteadyTime now) {
    const std::size_t current = tick_of(now);
    // After a long pause one turn visits every slot once, which is all there is.
    const std::size_t first = std::max(last_tick_ + 1, current - std::min(current, slot_count - 1));
    last_tick_ = current;
    for (std::size_t at = first; at <= current; ++at)
        expire_slot(slots_[at % slot_count], now);
}

void DeadlineWheel::expire_slot(Head& slot, SteadyTime now) {
    // Taken out first: `expire` may arm into this very slot, or destroy its neighbours.
    Head due;
    for (Deadline* each = slot.next_; each != &slot;) {
        Deadline* const next = each->next_;
        if (each->at_ <= now) {
            each->disarm();
            each->insert_after(due);
        }
        each = next;
    }
    while (due.next_ != &due) {
        Deadline* const each = due.next_;
        each->disarm();
        each->expire();
    }
}

Deadlines::Deadlines(asio::io_context& context) : timer_(context) {
    wheel_.advance(std::chrono::steady_clock::now());
    wait();
}

void Deadlines::stop() {
    stopped_ = true;
    timer_.cancel();
}

void Deadlines::wait() {
    timer_.expires_after(DeadlineWheel::tick);
    timer_.async_wait([this](const asio::error_code& error) {
        if (error || stopped_) return;
        wheel_.advance(std::chrono::steady_clock::now());
        wait();
    });
}

}  // namespace mxfleet
