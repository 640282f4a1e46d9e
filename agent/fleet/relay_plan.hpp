// Which relay forms a session asks, and with which names; and whether it may ask at all (CHECKS §10, verdict 1). And
// who asks about policy.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "agent/judge/relay_status.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/model/time.hpp"
#include "probes/policy/dialogue.hpp"
#include "probes/relay/dialogue.hpp"

namespace mxfleet {

/// Where mail for the relay recipient goes. Asking that very server to relay would prove nothing.
struct RecipientRoute {
    std::unordered_set<std::string> exchanges;
    std::unordered_set<std::string> registrable_domains;  ///< of the exchanges, by the public suffix list
    std::unordered_set<IpAddress> addresses;

    void add_exchange(const std::string& exchange);
    bool overlaps(const EndpointKey& endpoint) const;

    bool operator==(const RecipientRoute&) const = default;
};

/// What the relay check needs besides the endpoint.
struct RelayTerms {
    std::string sender;                           ///< an address
    std::string recipient;                        ///< an address, or empty
    std::shared_ptr<const RecipientRoute> route;  ///< null: not known (yet)
    bool extended_forms = true;                   ///< one form of the second tier a day, besides those of the first
};

/// Why an endpoint must not be asked, in the words of RelayStatus::reason; empty: it may.
std::string relay_obstacle(const RelayTerms& terms, const EndpointKey& endpoint);

/// The plan of one run: the form that raised a suspicion first, then the first tier, then today's form of the second,
/// unless `held` shows that it was asked for. `domains` are those behind the exchange: by the day they take turns.
/// `greeting_host` is what the server called itself, or empty. Precondition: no obstacle, and a domain.
RelayPlan make_relay_plan(const RelayTerms& terms, const EndpointKey& endpoint, const std::vector<SharedText>& domains,
                          std::string_view greeting_host, const RelayStatus& held, WallTime now);

/// The plan of the policy probes on behalf of a domain, by the same sender.
PolicyPlan make_policy_plan(const std::string& sender, const SharedText& domain);

/// The form of the second tier whose turn it is: every endpoint goes through all of them, not all endpoints at once.
const RelayForm& extended_form_of_the_day(const EndpointKey& endpoint, std::chrono::sys_days day);

/// The name under which a host's owner registered: `example.co.uk` for `mx1.mail.example.co.uk`. The host itself where
/// the public suffix list knows no better.
std::string registrable_domain(const std::string& host);

}  // namespace mxfleet
