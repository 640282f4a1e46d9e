#include "probes/io/awaiting.hpp"

#include <cerrno>
#include <system_error>

namespace mxfleet {
namespace {

Reason reason_of(int error_number) {
    switch (error_number) {
        case ECONNREFUSED: return Reason::refused;
        case ECONNRESET:
        case ECONNABORTED:
        case EPIPE: return Reason::reset;
        case ETIMEDOUT: return Reason::timeout;
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN: return Reason::no_route;
        // Descriptors, ports, memory, a local firewall, a source address that is not ours.
        default: return Reason::local_fault;
    }
}

}  // namespace

IoError io_error(int error_number) {
    return {reason_of(error_number), std::generic_category().message(error_number)};
}

}  // namespace mxfleet
