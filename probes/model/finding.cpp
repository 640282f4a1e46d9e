#include "probes/model/finding.hpp"

namespace mxfleet {

std::string_view name(Scope scope) noexcept {
    switch (scope) {
        case Scope::domain: return "domain";
        case Scope::exchange: return "exchange";
        case Scope::endpoint: return "endpoint";
        case Scope::agent: return "agent";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
