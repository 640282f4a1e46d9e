// Lets a bounded number through at a time, first come, first served. For one thread.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <list>
#include <utility>

#include "probes/io/awaiting.hpp"

namespace mxfleet {

class Gate {
public:
    /// A place inside, given back when it goes. An empty slot holds none.
    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Slot& operator=(Slot&& other) noexcept {
            release();
            gate_ = std::exchange(other.gate_, nullptr);
            return *this;
        }
        ~Slot() { release(); }

        void release();
        explicit operator bool() const { return gate_ != nullptr; }

    private:
        friend class Gate;
        explicit Slot(Gate& gate) : gate_(&gate) {}
        Gate* gate_ = nullptr;
    };

    /// `capacity` ≥ 1. The gate outlives its slots.
    Gate(asio::io_context& context, std::size_t capacity)
        : context_(context), capacity_(static_cast<long>(capacity)), free_(capacity_) {}

    /// Waits for a place. The slot is empty if the gate was closed meanwhile.
    asio::awaitable<Slot> enter();

    /// Takes a place if there is one now and nobody waits.
    Slot try_enter();

    /// Changes how many may be inside. Those beyond a smaller capacity stay until they leave.
    void resize(std::size_t capacity);

    /// Sends all who wait away, and all who come later.
    void close();

    std::size_t waiting() const { return waiting_.size(); }

private:
    struct Waiter {
        explicit Waiter(asio::io_context& context) : turn(context, asio::steady_timer::time_point::max()) {}
        asio::steady_timer turn;  ///< cancelled when it is this one's turn
        bool admitted = false;
    };

    void leave();
    void admit_waiting();

    asio::io_context& context_;
    long capacity_;
    long free_;  ///< negative after a resize, until enough have left
    bool closed_ = false;
    std::list<Waiter*> waiting_;
};

}  // namespace mxfleet
