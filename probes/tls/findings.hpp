// What a handshake's facts amount to: the certificate findings of CHECKS §4. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probes/model/finding.hpp"
#include "probes/tls/facts.hpp"
#include "probes/tls/rare.hpp"

namespace mxfleet {

/// What a certificate is judged by, besides itself.
struct CertificateTerms {
    std::string_view host;  ///< the name it should carry
    WallTime now;
    Duration expiry_warning;
    Duration expiry_critical;
    bool dane_ee_matches = false;  ///< a TLSA record names this very certificate or key: then little else counts
};

/// Of old versions that are accepted besides, and of the certificates of another kind of key.
std::vector<Statement> judge_rare_handshakes(const RareHandshakes& found, const CertificateTerms& terms);

std::vector<Statement> judge_certificate(const TlsFacts& facts, const CertificateTerms& terms);

}  // namespace mxfleet
