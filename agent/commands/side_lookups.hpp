// What a check asks DNS besides where mail goes, while its sessions run: what others make of the addresses, and what
// further resolvers say of the MX.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "probes/dns/mx_set.hpp"
#include "probes/reputation/facts.hpp"

namespace mxfleet {

struct SideFacts {
    std::map<IpAddress, Reputation> reputations;
    std::vector<std::vector<OtherAnswer>> others;  ///< of each domain asked about
};

/// Returns when all is answered. `domains`: those whose MX is compared.
SideFacts look_up_besides(const Settings& settings, const std::vector<IpAddress>& addresses,
                          const std::vector<std::string>& domains);

}  // namespace mxfleet
