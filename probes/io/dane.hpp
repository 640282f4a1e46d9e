// TLSA records and certificates held against each other, by OpenSSL's own DANE verifier (RFC 7671, 7672). Nothing is
// written by hand; nothing here waits.
#pragma once

#include <openssl/types.h>
#include <openssl/x509.h>

#include <memory>

#include "probes/dane/facts.hpp"

namespace mxfleet {

/// Whether a sender can use the record on an SMTP port: DANE-TA or DANE-EE (RFC 7672 §3.1.3), parameters that are
/// known, data that is what they say.
bool is_usable(const TlsaRecord& record);

/// Which of `records` can be used, and what that makes of them all. They are secure, those of `base`, and not none.
TlsaFacts assess_tlsa(std::string_view base, std::vector<TlsaRecord> records);

/// What the presented certificates have to do with the usable records, of which there are some. `sent` has the leaf,
/// too. Null where we cannot tell through our own fault.
std::shared_ptr<const DaneFacts> verify_dane(const SharedTlsa& tlsa, X509* leaf, STACK_OF(X509) * sent);

}  // namespace mxfleet
