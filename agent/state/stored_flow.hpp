// A test message of a flow, as it is kept: so that it is known again after a restart, and not sent twice.
#pragma once

#include <cstdint>
#include <string>

#include "probes/model/endpoint.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

struct StoredFlowMessage {
    std::string token;
    std::string flow;
    EndpointKey endpoint;
    std::string state;
    WallTime begun_at{};
    MaybeTime handed_at;
    MaybeTime retry_at;
    MaybeTime settled_at;
    std::uint32_t attempts = 1;
    std::uint32_t flags = 0;
    std::string letters;  ///< one a line
    std::string words;
    std::string report;  ///< action, reporter, status and words, one a line; empty: none

    bool operator==(const StoredFlowMessage&) const = default;
};

}  // namespace mxfleet
