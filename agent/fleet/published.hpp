// A value that one thread replaces whole while others read it: readers get the last complete value, and neither side
// ever waits for more than a pointer's copying.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace mxfleet {

template <class T>
class Published {
public:
    using Value = std::shared_ptr<const T>;

    Published() = default;
    explicit Published(Value value) : value_(std::move(value)), place_(value_.get()) {}
    Published(const Published&) = delete;
    Published& operator=(const Published&) = delete;

    /// Null before the first `publish`.
    Value read() const {
        const Lock lock(busy_);
        return value_;
    }

    /// Asks for the value's first bytes to be at hand by the time of a `read` soon after. Only that: the value may have
    /// been replaced by then.
    void expect() const noexcept {
        const auto* const place = reinterpret_cast<const char*>(place_.load(std::memory_order_relaxed));
        for (std::size_t at = 0; at < sizeof(T); at += 64)
            __builtin_prefetch(place + at);
    }

    void publish(Value value) {
        place_.store(value.get(), std::memory_order_relaxed);
        {
            const Lock lock(busy_);
            value_.swap(value);
        }
        // The old value, if this was its last owner, is destroyed here: outside the lock.
    }

private:
    // Held for a few nanoseconds only, so that whoever finds it taken gives way for a moment: waking each other would
    // cost every reader more than that ever does. std::atomic<std::shared_ptr> does the same in this library, but its
    // load releases with too weak an order for ThreadSanitizer to follow.
    class Lock {
    public:
        explicit Lock(std::atomic_flag& flag) : flag_(flag) {
            while (flag_.test_and_set(std::memory_order_acquire))
                std::this_thread::yield();
        }
        ~Lock() { flag_.clear(std::memory_order_release); }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;

    private:
        std::atomic_flag& flag_;
    };

    Value value_;
    std::atomic<const T*> place_ = nullptr;  ///< where the value is, or was a moment ago: never read through
    mutable std::atomic_flag busy_;
};

}  // namespace mxfleet
