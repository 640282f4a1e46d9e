#include "probes/service/facts.hpp"

namespace mxfleet {

std::string_view name(Login login) noexcept {
    switch (login) {
        case Login::not_wanted: return "not_wanted";
        case Login::no_password: return "no_password";
        case Login::no_tls: return "no_tls";
        case Login::unverified: return "unverified";
        case Login::not_offered: return "not_offered";
        case Login::refused: return "refused";
        case Login::not_now: return "not_now";
        case Login::failed: return "failed";
        case Login::unproven: return "unproven";
        case Login::accepted: return "accepted";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
