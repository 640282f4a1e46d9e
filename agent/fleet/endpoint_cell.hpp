// The place where an endpoint's status stands: written by the thread that probes it, read by everybody.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/fleet/published.hpp"
#include "agent/fleet/schedule.hpp"
#include "agent/judge/endpoint.hpp"
#include "probes/wire/exposition.hpp"

namespace mxfleet {

struct EndpointCell {
    explicit EndpointCell(EndpointStatus first)
        : key(first.key),
          labels(label_text({{"mx", key.mx}, {"ip", key.ip.text()}, {"port", std::to_string(key.port)}})),
          status(std::make_shared<const EndpointStatus>(std::move(first))) {}

    const EndpointKey key;
    const std::string labels;           ///< what all its series have in common, made once
    Published<EndpointStatus> status;   ///< never null
    std::optional<TargetId> target;     ///< in the schedule of the lane that probes it, and of that lane's thread alone
    std::uint32_t told_reputation = 0;  ///< which version of it the status has; of the coordinating thread alone
};

}  // namespace mxfleet
