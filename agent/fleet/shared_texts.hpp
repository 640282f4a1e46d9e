// Keeps texts that many statements have in common once. For one thread; the texts themselves may be read by any.
#pragma once

#include <cstddef>
#include <unordered_set>

#include "probes/model/shared_text.hpp"

namespace mxfleet {

class SharedTexts {
public:
    /// So many are kept at most.
    static constexpr std::size_t limit = 1024;

    /// The text that is kept for all that equal `text`, if there is room for it.
    SharedText shared(SharedText text) {
        if (text.empty()) return text;
        const auto known = kept_.find(text);
        if (known != kept_.end()) return *known;
        // Texts that name a server are each one's own: they make room for such as come again.
        if (++unknown_ % limit == 0) std::erase_if(kept_, [](const SharedText& each) { return each.holders() <= 2; });
        if (kept_.size() < limit) kept_.insert(text);
        return text;
    }

    std::size_t size() const { return kept_.size(); }

private:
    std::unordered_set<SharedText> kept_;
    std::size_t unknown_ = 0;
};

}  // namespace mxfleet
