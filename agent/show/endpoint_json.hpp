// An endpoint and its findings as INTERFACE §4 writes them. Absent knowledge is null, never a made-up value.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/judge/endpoint.hpp"

namespace mxfleet {

using Json = nlohmann::ordered_json;

/// RFC 3339 in UTC, to the second: `2026-11-22T21:00:00Z`.
std::string date_text(std::chrono::sys_seconds time);

/// The same, or null.
Json date_json(MaybeTime time);

/// Whether transcripts are shown: INTERFACE wants them in the API always, on the command line where asked for.
enum class Transcripts : std::uint8_t { hidden, shown };

/// Parts of it that a service's address has as well.
Json failure_json(const std::optional<Failure>& failure);
Json tls_json(std::optional<StartTls> starttls, const std::optional<TlsFacts>& shown);
Json transcript_json(const Transcript& transcript);

Json endpoint_json(const EndpointStatus& status, Transcripts transcripts);

/// What its policy towards a domain's mail is, where that was asked.
Json policy_json(const PolicyStatus* status);

Json finding_json(const Finding& finding);

}  // namespace mxfleet
