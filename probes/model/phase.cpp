#include "probes/model/phase.hpp"

#include <utility>

namespace mxfleet {

std::string_view name(Phase phase) noexcept {
    switch (phase) {
        case Phase::dns: return "dns";
        case Phase::connect: return "connect";
        case Phase::banner_first_byte: return "banner_first_byte";
        case Phase::banner: return "banner";
        case Phase::ehlo: return "ehlo";
        case Phase::starttls: return "starttls";
        case Phase::tls_handshake: return "tls_handshake";
        case Phase::ehlo_tls: return "ehlo_tls";
        case Phase::mail: return "mail";
        case Phase::rcpt: return "rcpt";
        case Phase::quit: return "quit";
        case Phase::total: return "total";
        case Phase::login: return "login";
        case Phase::data: return "data";
        case Phase::data_end: return "data_end";
        case Phase::mailbox: return "mailbox";
    }
    __builtin_unreachable();
}

std::string_view name(Clock clock) noexcept {
    return clock == Clock::kernel ? "kernel" : "user";
}

std::string_view name(Reason reason) noexcept {
    switch (reason) {
        case Reason::timeout: return "timeout";
        case Reason::refused: return "refused";
        case Reason::reset: return "reset";
        case Reason::no_route: return "no_route";
        case Reason::closed: return "closed";
        case Reason::protocol_error: return "protocol_error";
        case Reason::rejected: return "rejected";
        case Reason::temporary: return "temporary";
        case Reason::tls_error: return "tls_error";
        case Reason::policy: return "policy";
        case Reason::budget: return "budget";
        case Reason::local_fault: return "local_fault";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
