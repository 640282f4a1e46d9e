// The lists of the API (INTERFACE §5): domains, findings and endpoints of a whole fleet, page by page. Pure. A page
// costs one look at each that it passes over, and memory for itself alone.
#pragma once

#include <bitset>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "agent/show/report_json.hpp"

namespace mxfleet {

/// In which order domains are listed.
enum class ListOrder : std::uint8_t { name, worst };

/// What is wanted of a list. What is left empty lets everything pass.
struct ListQuery {
    std::string after;  ///< the `next` of the page before
    std::optional<Verdict> verdict;
    std::optional<EndpointState> state;
    std::optional<FindingCode> code;
    std::string part;  ///< of a domain's or an exchange's name, or of an address; in lower case
    std::size_t limit = 100;
    ListOrder order = ListOrder::name;
};

/// `{"items": […], "next": …}`. Domains, each in a few words.
Json domains_json(const Fleet& fleet, const ListQuery& query);

/// Findings: the agent's own, those of services and flows, then those of each domain by name, each with its domain. One
/// of an endpoint that several domains share is said of each. The verdict is what the finding by itself comes to.
Json findings_json(const Fleet& fleet, const ListQuery& query);

/// Endpoints, each as in a domain's report without its transcript, with the codes of its findings. The verdict is what
/// those and its state come to. `dane` is null: that depends on whether a domain's MX that leads there is signed.
Json endpoints_json(const Fleet& fleet, const ListQuery& query);

/// Services, each without its transcripts.
Json services_json(const Fleet& fleet, const ListQuery& query);

/// Flows, likewise.
Json flows_json(const Fleet& fleet, const ListQuery& query);

/// The fleet at a glance: how many domains by verdict and by finding, how many endpoints by state, and what the agent
/// says of itself.
Json fleet_json(const Fleet& fleet);

}  // namespace mxfleet
