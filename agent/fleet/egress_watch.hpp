// Notices that nobody can be reached any more (CHECKS §0, §11): many endpoints in a row, none of them answered, and not
// one that did in between. Pure, for one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_set>

#include "probes/model/endpoint.hpp"

namespace mxfleet {

class EgressWatch {
public:
    /// So many different endpoints without an answer, and none with one between, are no coincidence.
    static constexpr std::size_t enough = 10;

    void reached() { unreached_.clear(); }

    void found_no_way(const EndpointKey& endpoint) {
        if (unreached_.size() < enough) unreached_.insert(endpoint);
    }

    /// Whether nothing can be reached, in a fleet of that many endpoints.
    bool fails(std::size_t endpoints) const {
        return !unreached_.empty() && unreached_.size() >= std::min(endpoints, enough);
    }

    std::size_t unreached() const { return unreached_.size(); }

private:
    std::unordered_set<EndpointKey> unreached_;
};

}  // namespace mxfleet
