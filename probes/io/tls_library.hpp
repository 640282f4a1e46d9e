// The part of OpenSSL's algorithms that a TLS client needs, as a library context of its own. Nothing is reimplemented:
// everything is OpenSSL's default provider, minus the key formats that never come over a TLS connection.
#pragma once

#include <openssl/types.h>

namespace mxfleet {

/// The library context for SSL_CTX_new_ex. Null, which is OpenSSL's own context, if it cannot be made: slower, not
/// wrong.
OSSL_LIB_CTX* tls_library();

}  // namespace mxfleet
