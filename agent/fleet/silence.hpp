// Who was silent since somebody last answered: different ones, up to as many as matter. Pure, for one thread.
#pragma once

#include <cstddef>
#include <unordered_set>

namespace mxfleet {

template <class Key>
class Silence {
public:
    explicit Silence(std::size_t enough) : enough_(enough) {}

    void answered() { silent_.clear(); }

    void fell_silent(const Key& who) {
        if (silent_.size() < enough_) silent_.insert(who);
    }

    /// At most `enough`.
    std::size_t count() const { return silent_.size(); }

private:
    std::size_t enough_;
    std::unordered_set<Key> silent_;
};

}  // namespace mxfleet
