#include "agent/fleet/observer.hpp"

namespace mxfleet {

std::string_view name(DropReason reason) noexcept {
    switch (reason) {
        case DropReason::domain_cap: return "domain_cap";
        case DropReason::fleet_cap: return "fleet_cap";
        case DropReason::private_address: return "private_address";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
