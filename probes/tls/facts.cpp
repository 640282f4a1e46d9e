#include "probes/tls/facts.hpp"

#include "probes/model/ascii.hpp"

namespace mxfleet {
std::string_view name(StartTls outcome) noexcept {
    switch (outcome) {
        case StartTls::ok: return "ok";
        case StartTls::not_offered: return "not_offered";
        case StartTls::temporary: return "temporary";
        case StartTls::broken: return "broken";
        case StartTls::failed: return "failed";
    }
    __builtin_unreachable();
}

bool covers(std::string_view certificate_name, std::string_view host) {
    if (!certificate_name.starts_with("*.")) return same_but_for_case(certificate_name, host);
    const auto dot = host.find('.');
    return dot != host.npos && dot > 0 && same_but_for_case(certificate_name.substr(1), host.substr(dot));
}

}  // namespace mxfleet
