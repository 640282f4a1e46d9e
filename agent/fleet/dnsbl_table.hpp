// What block lists say of the whole fleet's addresses, as readers see it. Replaced whole.
#pragma once

#include <memory>
#include <vector>

#include "probes/reputation/dnsbl.hpp"

namespace mxfleet {

struct DnsblTable {
    struct Row {
        IpAddress ip;
        std::shared_ptr<const Listings> listings;  ///< never null
    };

    std::shared_ptr<const DnsblZones> zones;  ///< never null
    std::vector<ZoneState> states;            ///< of each zone
    std::vector<Row> rows;                    ///< by address
};

}  // namespace mxfleet
