// Reads X.509 certificates into plain facts. Text in them is hostile: it comes out printable and bounded.
#pragma once

#include <openssl/x509.h>

#include "probes/tls/facts.hpp"

namespace mxfleet {

CertificateFacts read_certificate(const X509* certificate);

/// A certificate's time; the epoch where it is malformed.
CertificateTime read_time(const ASN1_TIME* time);

}  // namespace mxfleet
