#include "probes/tls/facts.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

bool same_letter(char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return lower(a) == lower(b);
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, same_letter);
}

}  // namespace

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
    if (!certificate_name.starts_with("*.")) return same_name(certificate_name, host);
    const auto dot = host.find('.');
    return dot != host.npos && dot > 0 && same_name(certificate_name.substr(1), host.substr(dot));
}

}  // namespace mxfleet
