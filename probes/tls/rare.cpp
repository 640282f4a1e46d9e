#include "probes/tls/rare.hpp"

namespace mxfleet {

std::string_view name(RareHandshake kind) noexcept {
    switch (kind) {
        case RareHandshake::tls_1_0: return "TLSv1";
        case RareHandshake::tls_1_1: return "TLSv1.1";
        case RareHandshake::rsa: return "RSA";
        case RareHandshake::ecdsa: return "ECDSA";
        case RareHandshake::nameless: return "without_sni";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
