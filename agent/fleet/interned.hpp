// Keeps equal values once. For one thread; the values themselves may be read by any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_set>

namespace mxfleet {

template <class Value, class Hash>
class Interned {
public:
    using Shared = std::shared_ptr<const Value>;

    /// The value that is kept for all that equal `value`; null for null.
    Shared shared(Shared value) {
        if (!value) return value;
        if (kept_.size() >= sweep_at_) sweep();
        return *kept_.insert(std::move(value)).first;
    }

    std::size_t size() const { return kept_.size(); }

private:
    struct ByValue {
        std::size_t operator()(const Shared& value) const noexcept { return Hash{}(*value); }
        bool operator()(const Shared& a, const Shared& b) const { return *a == *b; }
    };

    /// Lets go of what nobody else holds. What is kept at most doubles between two sweeps.
    void sweep() {
        std::erase_if(kept_, [](const Shared& value) { return value.use_count() == 1; });
        sweep_at_ = std::max(sweep_least, 2 * kept_.size());
    }

    static constexpr std::size_t sweep_least = 64;
    std::unordered_set<Shared, ByValue, ByValue> kept_;
    std::size_t sweep_at_ = sweep_least;
};

}  // namespace mxfleet
