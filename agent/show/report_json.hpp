// The report of one domain, as `check --json` and the API give it (INTERFACE §4).
#pragma once

#include "agent/show/domain_metrics.hpp"
#include "agent/show/endpoint_json.hpp"

namespace mxfleet {

/// Everything known of a domain. `extra` are findings about the agent that concern the reader of this report.
struct Report {
    DomainView view;
    MaybeTime checked_at;
    std::optional<Duration> duration;  ///< of the whole check; empty in the agent, which is never done
    std::vector<Finding> extra;

    /// Findings of the domain, its exchanges and endpoints, and the extra ones; worst first.
    std::vector<Finding> findings() const;
};

/// The whole document.
Json report_json(const Report& report, Transcripts transcripts);

/// A domain in a list: name, verdict, deliverable, what it suffers from.
Json domain_summary_json(const DomainView& view);

/// The text of a document: valid UTF-8 whatever stands in it.
std::string json_text(const Json& json);

}  // namespace mxfleet
