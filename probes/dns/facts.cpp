#include "probes/dns/facts.hpp"

namespace mxfleet {

std::string_view name(MxState state) noexcept {
    switch (state) {
        case MxState::explicit_: return "explicit";
        case MxState::implicit: return "implicit";
        case MxState::null: return "null";
        case MxState::none_usable: return "none_usable";
        case MxState::nxdomain: return "nxdomain";
        case MxState::unknown: return "unknown";
    }
    __builtin_unreachable();
}

std::string_view name(ExchangeState state) noexcept {
    switch (state) {
        case ExchangeState::ok: return "ok";
        case ExchangeState::not_found: return "not_found";
        case ExchangeState::no_address: return "no_address";
        case ExchangeState::unknown: return "unknown";
        case ExchangeState::ip_literal: return "ip_literal";
        case ExchangeState::refused_by_policy: return "refused_by_policy";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
