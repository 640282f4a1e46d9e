#include "probes/policy/facts.hpp"

namespace mxfleet {

std::string_view name(PolicyProbe probe) noexcept {
    switch (probe) {
        case PolicyProbe::null_sender: return "null_sender";
        case PolicyProbe::postmaster: return "postmaster";
        case PolicyProbe::unknown_recipient: return "unknown_recipient";
        case PolicyProbe::vrfy: return "vrfy";
        case PolicyProbe::expn: return "expn";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
