// Deadlines for thousands of sessions on one thread: arming and disarming cost no system call and no allocation.
// A deadline is never early; it is late by at most one tick, or by as long as the thread was busy.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>

#include "probes/model/time.hpp"

namespace mxfleet {

/// Something that ends. Derive, arm through DeadlineWheel, and `expire` is called once unless disarmed or re-armed
/// before. Not thread-safe; belongs to one wheel at a time, and leaves it when destroyed.
class Deadline {
public:
    Deadline() = default;
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    virtual ~Deadline() { disarm(); }

    void disarm();
    bool is_armed() const { return previous_ != nullptr; }

protected:
    virtual void expire() = 0;

private:
    friend class DeadlineWheel;
    void insert_after(Deadline& head);

    SteadyTime at_{};
    Deadline* previous_ = nullptr;
    Deadline* next_ = nullptr;
};

/// The hashed wheel itself: pure, time is passed in (Varghese and Lauck's scheme 6).
class DeadlineWheel {
public:
    static constexpr Duration tick = std::chrono::milliseconds{20};

    /// Arms, or re-arms. A time already past expires with the next `advance`.
    void arm(Deadline& deadline, SteadyTime at);

    /// Expires everything due by `now`. `expire` may arm, disarm and destroy deadlines.
    void advance(SteadyTime now);

private:
    struct Head : Deadline {
        Head() { previous_ = next_ = this; }
        ~Head() override {
            while (next_ != this)
                next_->disarm();
        }
        void expire() override {}
    };

    static constexpr std::size_t slot_count = 2048;  ///< 41 s a turn; a longer deadline is passed over once a turn

    static std::size_t tick_of(SteadyTime time);
    void expire_slot(Head& slot, SteadyTime now);

    std::array<Head, slot_count> slots_;
    std::size_t last_tick_ = 0;
};

/// A wheel driven by an io_context. Runs from construction until `stop`.
class Deadlines {
public:
    explicit Deadlines(asio::io_context& context);

    void arm(Deadline& deadline, SteadyTime at) { wheel_.arm(deadline, at); }
    void stop();

private:
    void wait();

    asio::steady_timer timer_;
    DeadlineWheel wheel_;
    bool stopped_ = false;
};

}  // namespace mxfleet
