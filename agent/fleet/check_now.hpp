// A check that a person asks for now, of one domain: its lookup and a session with each of its endpoints, before their
// turn and as politely as in it.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "agent/fleet/domain_cell.hpp"
#include "agent/fleet/lookups.hpp"

namespace mxfleet {

class Lane;

struct CheckAnswer {
    enum class Kind : std::uint8_t {
        begun,
        running,   ///< a session or the lookup is under way
        too_soon,  ///< nothing of it may begin before `wait` has passed
        no_answer  ///< the agent stops, or is too busy to say
    } kind = Kind::begun;
    Duration wait{};
};

/// Where the check begins: what a domain's lookup and sessions depend on.
struct CheckGrounds {
    asio::io_context& coordinator;  ///< the thread of `lookups`
    Lookups& lookups;
    std::function<Lane&(const EndpointKey&)> lane_of;
};

/// Begins whatever of the check may begin now; of an endpoint whose address is within its gap the rest has to do. To be
/// called from a thread that may wait a moment, and is none of theirs.
CheckAnswer check_now(const DomainStatus& domain, const CheckGrounds& grounds);

}  // namespace mxfleet
