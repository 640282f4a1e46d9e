// Which relay forms a session asks, and with which names; and whether it may ask at all (CHECKS §10, verdict 1). Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "probes/model/endpoint.hpp"
#include "probes/model/time.hpp"
#include "probes/relay/dialogue.hpp"

namespace mxfleet {

/// Where mail for the relay recipient goes. Asking that very server to relay would prove nothing.
struct RecipientRoute {
    std::unordered_set<std::string> exchanges;
    std::unordered_set<std::string> registrable_domains;  ///< of the exchanges, by the public suffix list
    std::unordered_set<IpAddress> addresses;

    void add_exchange(const std::string& exchange);
    bool overlaps(const EndpointKey& endpoint) const;
};

/// What the relay check needs besides the endpoint.
struct RelayTerms {
    std::string sender;                           ///< an address
    std::string recipient;                        ///< an address, or empty
    std::shared_ptr<const RecipientRoute> route;  ///< null: not known (yet)
};

/// Why an endpoint must not be asked, in the words of RelayStatus::reason; empty: it may.
std::string relay_obstacle(const RelayTerms& terms, const EndpointKey& endpoint);

/// The plan of one run. `domains` are those behind the exchange: by the day they take turns. `greeting_host` is what
/// the server called itself, or empty. Precondition: no obstacle, and a domain.
RelayPlan make_relay_plan(const RelayTerms& terms, const EndpointKey& endpoint, const std::vector<SharedText>& domains,
                          std::string_view greeting_host, WallTime now);

/// The name under which a host's owner registered: `example.co.uk` for `mx1.mail.example.co.uk`. The host itself where
/// the public suffix list knows no better.
std::string registrable_domain(const std::string& host);

}  // namespace mxfleet
