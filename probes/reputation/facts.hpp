// What others make of an address: its reverse name, and block lists. Facts only, shared by all endpoints there.
#pragma once

#include <memory>

#include "probes/reputation/dnsbl.hpp"
#include "probes/reputation/reverse_dns.hpp"

namespace mxfleet {

/// A fleet keeps one for each endpoint: what is rare is held elsewhere.
struct Reputation {
    std::shared_ptr<const Listings> listings;  ///< null where no list was asked
    ReverseDns reverse;

    bool operator==(const Reputation& other) const {
        const bool same_listings =
            listings == other.listings || (listings && other.listings && *listings == *other.listings);
        return same_listings && reverse == other.reverse;
    }
};

}  // namespace mxfleet
